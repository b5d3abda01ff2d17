select sum(l_extendedprice) / 7.0 as yearly
from lineitem join part on p_partkey = l_partkey
where p_brand = 'Brand#23' and p_container = 'MED BOX'
  and l_quantity < (select 0.9 * avg(i.l_quantity) from lineitem i where i.l_partkey = p_partkey)
