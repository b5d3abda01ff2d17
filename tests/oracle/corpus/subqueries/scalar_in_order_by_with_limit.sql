select id, name, city from people as p
order by (select count(*) from orders as o where o.person_id = p.id) desc, id, name, city
limit 3
