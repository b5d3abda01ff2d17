with web as (
  select f.product_key, c.day, sum(sum(f.paid_price)) over (partition by f.product_key order by c.day rows between unbounded preceding and current row) as so_far
  from web_order as f
  join calendar as c on f.day_key = c.day_key
  where c.month_no between 1200 and 1211 and f.product_key is not null
  group by f.product_key, c.day
),
shops as (
  select f.product_key, c.day, sum(sum(f.paid_price)) over (partition by f.product_key order by c.day rows between unbounded preceding and current row) as so_far
  from shop_sale as f
  join calendar as c on f.day_key = c.day_key
  where c.month_no between 1200 and 1211 and f.product_key is not null
  group by f.product_key, c.day
)
select *
from (
  select product_key, day, web_total, shop_total,
    max(web_total) over (partition by product_key order by day rows between unbounded preceding and current row) as web_most,
    max(shop_total) over (partition by product_key order by day rows between unbounded preceding and current row) as shop_most
  from (
    select coalesce(web.product_key, shops.product_key) as product_key, coalesce(web.day, shops.day) as day,
      web.so_far as web_total, shops.so_far as shop_total
    from web full join shops on web.product_key = shops.product_key and web.day = shops.day
  ) as side_by_side
) as at_most
where web_most > shop_most
order by product_key, day
limit 100
