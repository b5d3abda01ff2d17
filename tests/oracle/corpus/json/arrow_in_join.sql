select e.id, p.city from events as e join people as p on p.name = e.body->>'a' and e.extra->>'b' = p.city
