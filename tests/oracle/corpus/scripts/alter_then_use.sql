create table target as select id, name, city from people;
alter table target rename column name to label;
alter table target add column n integer;
update target set n = id + 1;
alter table target drop column city;
select label, n from target;
