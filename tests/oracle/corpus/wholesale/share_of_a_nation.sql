select year(o_orderdate) as in_year,
       sum(case when s.n_name = 'BRAZIL' then l_extendedprice * (1 - l_discount) else 0 end)
         / nullif(sum(l_extendedprice * (1 - l_discount)), 0) as share
from lineitem
join part on p_partkey = l_partkey and p_type = 'STEEL'
join orders on o_orderkey = l_orderkey
join supplier on s_suppkey = l_suppkey
join nation s on s.n_nationkey = s_nationkey
where o_custkey in (select c_custkey from customer join nation on n_nationkey = c_nationkey
                    join region on r_regionkey = n_regionkey where r_name = 'AMERICA')
group by 1
