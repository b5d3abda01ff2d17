select avg(n) as mean, max(total) as top from (select person_id, count(*) as n, sum(amount) as total from orders group by all)
