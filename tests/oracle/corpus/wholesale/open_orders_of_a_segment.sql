select o_orderkey, sum(l_extendedprice * (1 - l_discount)) as open_value, o_orderdate, o_shippriority
from customer, orders, lineitem
where c_mktsegment = 'BUILDING' and c_custkey = o_custkey and l_orderkey = o_orderkey
  and o_orderdate < date '1995-03-15' and l_shipdate > date '1995-03-15'
group by o_orderkey, o_orderdate, o_shippriority
-- unseen orders.o_shippriority -> * GROUP_BY: grouped by the order itself beside it, which has one of them; two orders of one key are needed to part a group
