create or replace table stage as
select c.id, sha256(lower(c.email)) as mail, c.country
from customers c
where not c.opted_out;

insert into daily_revenue (country, revenue, buyers)
select s.country, sum(o.amount * o.rate), count(distinct s.mail)
from orders o
join stage s on s.id = o.customer_id
group by s.country;
