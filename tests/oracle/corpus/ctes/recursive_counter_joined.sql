with recursive days(n) as (select 1 union all select n + 1 from days where n < 4)
select days.n, count(o.id) as orders, sum(o.amount) filter (where o.status = 'open') as open_amount
from days left join orders as o on o.quantity = days.n
group by days.n
