select p.id, (
  select count(*) from orders as o
  where o.person_id = p.id and o.amount > (
    select avg(i.amount) from orders as i where i.product_id = o.product_id and i.quantity = p.age
  )
) as above
from people as p
