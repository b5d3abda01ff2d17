select columns(p.* exclude (id, email, city, manager_id, born, active)), o.amount from people as p join orders as o on o.person_id = p.id
