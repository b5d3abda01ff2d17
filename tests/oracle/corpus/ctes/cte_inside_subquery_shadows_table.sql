select p.id, (
  with people as (select person_id, amount from orders)
  select max(amount) from people where person_id = p.id
) as top
from people as p
