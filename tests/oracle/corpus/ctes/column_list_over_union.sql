with pairs(k, v) as (
  select id, name from people
  union all
  select id, status from orders
)
select v as k, count(k) as v from pairs group by all
