select id, day from orders
where (person_id, product_id) in (select p.id, m.id from people as p, makers as m where m.country = 'a')
