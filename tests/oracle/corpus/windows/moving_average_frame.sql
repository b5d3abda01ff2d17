select month_no, total, avg(total) over (order by month_no rows between 1 preceding and 1 following) as smooth
from (select month(day) as month_no, sum(quantity) as total from orders where day >= date '2020-01-31' group by 1)
