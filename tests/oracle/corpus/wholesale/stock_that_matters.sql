with german as (
  select ps_partkey, ps_supplycost * ps_availqty as worth
  from partsupp, supplier, nation
  where ps_suppkey = s_suppkey and s_nationkey = n_nationkey and n_name = 'GERMANY'
)
select ps_partkey, sum(worth) as worth
from german group by ps_partkey
having sum(worth) > (select sum(worth) * 0.01 from german)
