select sum(l_extendedprice * (1 - l_discount)) as revenue
from lineitem, part
where p_partkey = l_partkey and l_shipinstruct = 'DELIVER IN PERSON' and l_shipmode in ('AIR', 'AIR REG')
  and ((p_brand = 'Brand#12' and p_size between 1 and 5 and l_quantity between 1 and 11)
    or (p_brand = 'Brand#23' and p_size between 1 and 10 and l_quantity between 10 and 20)
    or (p_brand = 'Brand#34' and p_size between 1 and 15 and l_quantity between 20 and 30))
