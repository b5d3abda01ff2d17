create table kept as select name as v from people;
drop table kept;
create table kept as select status as v from orders;
select v from kept;
-- unseen people.name -> kept.v IDENTITY: the table is dropped and made anew by later statements
