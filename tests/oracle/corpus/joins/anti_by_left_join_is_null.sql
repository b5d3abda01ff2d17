select p.name from people as p left join orders as o on o.person_id = p.id and o.quantity > 2 where o.id is null
