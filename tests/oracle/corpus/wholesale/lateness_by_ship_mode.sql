select l_shipmode,
       count(*) filter (where o_orderpriority in ('1-URGENT', '2-HIGH')) as urgent,
       count(*) filter (where o_orderpriority not in ('1-URGENT', '2-HIGH')) as other
from orders join lineitem on o_orderkey = l_orderkey
where l_shipmode in ('MAIL', 'SHIP') and l_commitdate < l_receiptdate and l_shipdate < l_commitdate
group by l_shipmode
