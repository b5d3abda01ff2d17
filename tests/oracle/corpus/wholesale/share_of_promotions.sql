select 100 * sum(if(starts_with(p_type, 'PROMO'), l_extendedprice * (1 - l_discount), 0))
         / sum(l_extendedprice * (1 - l_discount)) as promotion
from lineitem left join part on p_partkey = l_partkey
where date_trunc('month', l_shipdate) = date '1995-09-01'
