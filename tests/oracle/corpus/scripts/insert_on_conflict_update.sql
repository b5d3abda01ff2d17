create table target (id integer primary key, total decimal(12, 2), note varchar);
insert into target select id, max(price), 'old' from products where id is not null group by id;
insert into target select person_id, sum(amount), 'new' from orders where person_id is not null group by person_id
on conflict (id) do update set total = target.total + excluded.total, note = excluded.note;
