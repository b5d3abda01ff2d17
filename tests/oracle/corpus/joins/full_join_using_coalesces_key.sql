select id, o.amount, p.age from orders as o full join people as p using (id)
