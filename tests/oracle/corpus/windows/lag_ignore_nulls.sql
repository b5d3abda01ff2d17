select day, v, lag(v ignore nulls) over (order by day) as known
from (select day, max(quantity) as v from orders group by day)
