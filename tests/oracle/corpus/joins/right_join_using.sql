select id, p.city, e.city as work_city from people as p right join employees as e using (id)
