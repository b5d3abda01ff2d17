select c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice, sum(l_quantity) as pieces
from customer join orders on c_custkey = o_custkey join lineitem using_lines on o_orderkey = using_lines.l_orderkey
where o_orderkey in (select l_orderkey from lineitem group by l_orderkey having sum(l_quantity) > 3)
group by all
