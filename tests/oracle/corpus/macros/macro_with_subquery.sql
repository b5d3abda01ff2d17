create macro spent_by(who) as (select sum(amount) from orders where person_id = who);
select name, spent_by(id) as spent from people;
