select p.id as pid, o.id as oid, m.id as mid, id
from people as p left join orders as o using (id) left join makers as m using (id)
