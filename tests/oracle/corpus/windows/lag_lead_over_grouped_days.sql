with daily as (select day, status, sum(amount) as total from orders where status in ('open', 'done') group by day, status)
select day, status, total, lag(total) over w as before, lead(total, 2, 0) over w as later, total - lag(total, 1) over w as change
from daily
window w as (partition by status order by day)
