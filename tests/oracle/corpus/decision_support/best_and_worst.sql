with means as (
  select product_key, avg(net) as mean from shop_sale where shop_key = 4 group by product_key
  having avg(net) > 0.9 * (select avg(net) from shop_sale where shop_key = 4 and promo_key is null group by shop_key)
),
ranked as (
  select product_key, rank() over (order by mean) as up, rank() over (order by mean desc) as down from means
)
select one.up as place, best.title as best, worst.title as worst
from ranked as one
join ranked as other on one.up = other.down
join product as best on best.product_key = other.product_key
join product as worst on worst.product_key = one.product_key
where one.up < 11
order by place
