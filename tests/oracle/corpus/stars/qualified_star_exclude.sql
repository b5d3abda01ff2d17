select o.* exclude (day), p.* exclude (id, email) from orders as o join people as p on p.id = o.person_id
