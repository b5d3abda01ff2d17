select p.id, p.name, (select sum(o.amount) from orders as o where o.person_id = p.id) as spent
from people as p
