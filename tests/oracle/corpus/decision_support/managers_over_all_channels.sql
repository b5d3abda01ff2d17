with in_shops as (
  select p.manager_no, sum(f.gross) as total
  from shop_sale as f, product as p, calendar as c, address as a
  where f.product_key = p.product_key and f.day_key = c.day_key and f.address_key = a.address_key
    and p.product_id in (select product_id from product where colour in ('slate', 'rose', 'olive'))
    and c.year = 2021 and c.month = 2 and a.utc_offset = -8
  group by p.manager_no
),
by_mail as (
  select p.manager_no, sum(f.gross) as total
  from mail_sale as f, product as p, calendar as c, address as a
  where f.product_key = p.product_key and f.day_key = c.day_key and f.address_key = a.address_key
    and p.product_id in (select product_id from product where colour in ('slate', 'rose', 'olive'))
    and c.year = 2021 and c.month = 2 and a.utc_offset = -8
  group by p.manager_no
),
on_the_web as (
  select p.manager_no, sum(f.gross) as total
  from web_order as f, product as p, calendar as c, address as a
  where f.product_key = p.product_key and f.day_key = c.day_key and f.address_key = a.address_key
    and p.product_id in (select product_id from product where colour in ('slate', 'rose', 'olive'))
    and c.year = 2021 and c.month = 2 and a.utc_offset = -8
  group by p.manager_no
)
select manager_no, sum(total) as total
from (select * from in_shops union all select * from by_mail union all select * from on_the_web) as joined
group by manager_no
order by total, manager_no
