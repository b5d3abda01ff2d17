with shipped as (
  select seller.n_name as from_nation, buyer.n_name as to_nation, year(l_shipdate) as in_year,
         l_extendedprice * (1 - l_discount) as volume
  from lineitem
  join supplier on s_suppkey = l_suppkey
  join orders on o_orderkey = l_orderkey
  join customer on c_custkey = o_custkey
  join nation seller on seller.n_nationkey = s_nationkey
  join nation buyer on buyer.n_nationkey = c_nationkey
  where (seller.n_name = 'FRANCE' and buyer.n_name = 'GERMANY') or (seller.n_name = 'GERMANY' and buyer.n_name = 'FRANCE')
)
select from_nation, to_nation, in_year, sum(volume) as revenue
from shipped group by all
