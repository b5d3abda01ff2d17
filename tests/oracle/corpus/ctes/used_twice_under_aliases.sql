with spend as (select person_id, product_id, sum(amount) as total from orders group by 1, 2)
select l.person_id, l.product_id, r.product_id as other, l.total - r.total as gap
from spend as l join spend as r on l.person_id = r.person_id and l.product_id < r.product_id
