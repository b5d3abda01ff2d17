select p.id from people as p
where exists (select o.person_id from orders as o where o.person_id = p.id intersect select m.id from makers as m where m.country = 'a')
