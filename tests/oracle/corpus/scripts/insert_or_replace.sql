create table target (id integer primary key, v varchar, w integer);
insert into target select id, min(name), 1 from people where id is not null group by id;
insert or replace into target (id, v) select id, max(country) from makers where id is not null group by id;
-- unseen makers.country -> target.* FILTER: might be a key of the table; it is not
