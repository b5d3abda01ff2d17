create table target as select distinct id, city from people;
merge into target using (select distinct id from orders where status = 'open') as o on o.id = target.id
when not matched by source and target.city = 'a' then delete;
