select p.id, x.amount, x.price
from people as p left join (orders as o join products as pr on pr.id = o.product_id) as x on x.person_id = p.id
