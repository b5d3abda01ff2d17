select *
from (
  select d.depot_name, p.product_id,
    sum(case when c.day < date '2020-05-09' then k.on_hand else 0 end) as before,
    sum(case when c.day >= date '2020-05-09' then k.on_hand else 0 end) as after
  from stock as k, depot as d, product as p, calendar as c
  where p.price between 0.99 and 1.49 and p.product_key = k.product_key and k.depot_key = d.depot_key and k.day_key = c.day_key
    and c.day between date '2020-05-09' - interval 30 day and date '2020-05-09' + interval 30 day
  group by d.depot_name, p.product_id
) as counted
where case when before > 0 then after * 1.0 / before end between 0.66 and 1.5
order by depot_name, product_id
limit 100
