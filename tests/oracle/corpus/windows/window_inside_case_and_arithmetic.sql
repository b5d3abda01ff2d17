select id, case when max(price) over (partition by category) = price then 'top' else name end as label,
  price - avg(price) over (partition by category) as gap
from products
