select id, amount from orders as o
where product_id not in (select id from products where category = 'Toys' and id is not null)
  and not exists (select from_p.id from people as from_p where from_p.id = o.person_id and from_p.city = 'a')
