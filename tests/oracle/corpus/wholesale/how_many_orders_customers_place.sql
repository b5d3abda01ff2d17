select placed, count(*) as customers
from (select c_custkey, count(o_orderkey) as placed
      from customer left join orders on c_custkey = o_custkey and o_comment not like '%special%'
      group by c_custkey) per_customer
group by placed
