select year(day) as y, month(day) as m, sum(amount) as total
from orders where day > date '2020-02-01' group by rollup (year(day), month(day))
