select o_orderpriority, count(*) as late
from orders o
where o_orderdate >= date '1993-07-01' and o_orderdate < date '1993-10-01'
  and exists (from lineitem l select 1 where l.l_orderkey = o.o_orderkey and l.l_commitdate < l.l_receiptdate)
group by o_orderpriority
