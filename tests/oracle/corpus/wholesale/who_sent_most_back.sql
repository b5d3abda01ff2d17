with returned as (
  select o_custkey as buyer, sum(l_extendedprice * (1 - l_discount)) as lost
  from orders join lineitem on l_orderkey = o_orderkey
  where l_returnflag = 'R' and o_orderdate between date '1993-10-01' and date '1993-12-31'
  group by buyer
)
select c_custkey, c_name, lost, c_acctbal, n_name, c_phone, rank() over (order by lost desc) as place
from returned join customer on c_custkey = buyer join nation on n_nationkey = c_nationkey
qualify place <= 20
