select id, total from (select person_id as id, sum(amount) as total from orders group by all) where total > 2
