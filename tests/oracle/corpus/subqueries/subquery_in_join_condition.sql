select p.id, o.amount
from people as p left join orders as o
  on o.person_id = p.id and o.amount > (select avg(price) from products where category = 'Books')
