select o.id, p.id as person, coalesce(o.person_id, p.id) as who
from orders as o full outer join people as p on o.person_id = p.id and p.active
