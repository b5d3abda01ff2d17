create table first_name as select id, category as v from products;
alter table first_name rename to last_name;
select v from last_name where id = 1;
