with grown as (select id from people where age > 2),
busy as (select person_id from orders where status = 'open' and quantity > 1)
select o.amount from orders as o
where o.person_id in (select id from grown) and o.person_id in (from busy)
