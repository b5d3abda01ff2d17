create table target as select city as v from people;
delete from target;
insert into target select category from products;
-- unseen people.city -> target.v IDENTITY: the rows it filled are deleted by a later statement
