select day, total, sum(total) over (order by day range between interval 2 days preceding and current row) as recent
from (select day, sum(amount) as total from orders where day <> date '2021-03-01' group by day)
