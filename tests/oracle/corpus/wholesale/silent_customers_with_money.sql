select left(c_phone, 2) as country, count(*) as customers, sum(c_acctbal) as balance
from customer
where left(c_phone, 2) in ('13', '31', '23')
  and c_acctbal > (select avg(c_acctbal) from customer where c_acctbal > 0)
  and not exists (select 1 from orders where o_custkey = c_custkey)
group by country
