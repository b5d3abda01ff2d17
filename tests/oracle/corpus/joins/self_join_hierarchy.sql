select e.name, b.name as boss, bb.city as top_city
from employees as e
left join employees as b on b.id = e.boss
left join employees as bb on bb.id = b.boss
