select product_id, total,
  ntile(2) over (order by total, product_id) as half,
  percent_rank() over (order by total) as pr,
  cume_dist() over (order by total) as cd
from (select product_id, sum(quantity) as total from orders group by product_id)
