create table target (a integer, b integer, c integer generated always as (a + b));
insert into target (a, b) select age, id from people;
select c from target;
