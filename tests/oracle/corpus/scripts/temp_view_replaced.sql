create temp view v as select name as x from people;
create or replace temp view v as select country as x from makers;
select x from v;
-- unseen people.name -> v.x IDENTITY: the view is replaced by a later statement
