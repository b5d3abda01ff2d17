select person_id, o, d from (select person_id, status, quantity from orders)
pivot (max(quantity) for status in ('open' as o, 'done' as d))
