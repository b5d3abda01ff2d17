select p.product_id, p.title, p.category, p.class, p.price, sum(w.gross) as revenue,
  sum(w.gross) * 100 / sum(sum(w.gross)) over (partition by p.class) as share_of_class
from web_order as w, product as p, calendar as c
where w.product_key = p.product_key
  and p.category in ('Garden', 'Toys', 'Kitchen')
  and w.day_key = c.day_key
  and c.day between cast('2020-03-01' as date) and cast('2020-03-01' as date) + interval 30 day
group by p.product_id, p.title, p.category, p.class, p.price
order by p.category, p.class, p.product_id, p.title, share_of_class
