select p.id, o.amount from people as p left join orders as o on o.person_id = p.id and o.status = 'open' and p.age > 2
