select p.id, array(select o.amount from orders as o where o.person_id = p.id order by o.amount) as amounts
from people as p
