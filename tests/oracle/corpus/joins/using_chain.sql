select id, p.name, o.amount, e.boss
from people as p join orders as o using (id) join employees as e using (id)
