select d.day::date as day, sum(o.amount) as total
from generate_series(date '2020-01-01', date '2020-01-05', interval 1 day) as d(day)
left join orders as o on o.day = d.day
group by all
