with monthly as (
  select p.category, r.brand_name, s.shop_name, s.market_no, c.year, c.month, sum(f.paid_price) as total,
    avg(sum(f.paid_price)) over (partition by p.category, r.brand_name, s.shop_name, s.market_no, c.year) as mean,
    rank() over (partition by p.category, r.brand_name, s.shop_name, s.market_no order by c.year, c.month) as at
  from product as p, brand as r, shop_sale as f, calendar as c, shop as s
  where f.product_key = p.product_key and p.brand_key = r.brand_key and f.day_key = c.day_key and f.shop_key = s.shop_key
    and (c.year = 2020 or (c.year = 2019 and c.month = 12) or (c.year = 2021 and c.month = 1))
  group by p.category, r.brand_name, s.shop_name, s.market_no, c.year, c.month
),
framed as (
  select here.category, here.brand_name, here.shop_name, here.market_no, here.year, here.month, here.mean, here.total,
    past.total as before, next.total as after
  from monthly as here, monthly as past, monthly as next
  where here.category = past.category and here.category = next.category
    and here.brand_name = past.brand_name and here.brand_name = next.brand_name
    and here.shop_name = past.shop_name and here.shop_name = next.shop_name
    and here.market_no = past.market_no and here.at = past.at + 1 and here.at = next.at - 1
)
select *
from framed
where year = 2020 and mean > 0 and case when mean > 0 then abs(total - mean) / mean end > 0.1
order by total - mean, after
limit 100
