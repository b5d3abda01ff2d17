select l_returnflag as flag, l_linestatus as status, sum(l_quantity) as pieces,
       sum(l_extendedprice * (1 - l_discount)) as net,
       sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as gross,
       avg(l_discount) as usual_discount, count(*) as positions
from lineitem
where l_shipdate <= date '1998-09-02'
group by flag, status
order by flag, status
