create table target (id integer primary key, name varchar);
insert into target select id, min(name) from makers where id is not null group by id;
insert into target select id, max(name) from products where id is not null group by id on conflict do nothing;
-- unseen products.name -> target.* FILTER: might be a key of the table; it is not
