select s_name, count(*) as waits
from supplier, lineitem first, orders
where s_suppkey = first.l_suppkey and o_orderkey = first.l_orderkey and o_orderstatus = 'F'
  and first.l_receiptdate > first.l_commitdate
  and exists (select 1 from lineitem x where x.l_orderkey = first.l_orderkey and x.l_suppkey <> first.l_suppkey)
  and not exists (select 1 from lineitem y where y.l_orderkey = first.l_orderkey and y.l_suppkey <> first.l_suppkey
                  and y.l_receiptdate > y.l_commitdate)
group by s_name
