create macro ranked(n) as table
with sums as (select product_id, sum(quantity) as q from orders group by product_id)
select product_id, q from sums where q > n;
from ranked(2);
