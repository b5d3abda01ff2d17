select id, exists (select 1 from orders where person_id = people.id and status = 'open') as has_open,
  id in (select maker_id from products) as is_maker
from people
