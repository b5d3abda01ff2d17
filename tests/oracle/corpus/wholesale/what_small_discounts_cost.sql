select sum(l_extendedprice * l_discount) as given_away
from lineitem
where l_shipdate >= date '1994-01-01' and l_shipdate < date '1995-01-01'
  and l_discount between 5 and 7 and l_quantity < 24
