select p.id, (select {'n': count(*), 'last': max(o.day)} from orders as o where o.person_id = p.id).last as last_day
from people as p
