create table target as select id, min(name) as name from makers group by id;
merge into target using (select id, max(category) as name from products group by id) as src using (id)
when matched then update
when not matched then insert by name;
