select b.family_name, b.given_name, b.title, b.prefers_mail, baskets.sale_no, baskets.lines
from (
  select f.sale_no, f.buyer_key, count(*) as lines
  from shop_sale as f
  join calendar as c on f.day_key = c.day_key
  join shop as s on f.shop_key = s.shop_key
  join household as h on f.household_key = h.household_key
  where (c.day_of_month between 1 and 3 or c.day_of_month between 25 and 28)
    and (h.buying_power = '>10000' or h.buying_power = 'unknown') and h.cars > 0
    and (case when h.cars > 0 then h.children / h.cars end) > 1.2
    and c.year in (2019, 2020, 2021) and s.county = 'Benton'
  group by f.sale_no, f.buyer_key
) as baskets
join buyer as b on baskets.buyer_key = b.buyer_key
where baskets.lines between 15 and 20
order by b.family_name, b.given_name, b.title, b.prefers_mail desc, baskets.sale_no
