select p.id, best.amount, best.status
from people as p,
lateral (
  select o.amount, o.status from orders as o where o.person_id = p.id
  order by o.amount desc, o.status limit 1
) as best
-- unseen orders.status -> * SORT: decides between orders of one amount, of which nothing else is shown
