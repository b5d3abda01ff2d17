select o.id, (o.person_id, o.quantity) = (p.id, p.age) as same, o.status
from orders as o join people as p on (p.id, p.active) = (o.person_id, true)
