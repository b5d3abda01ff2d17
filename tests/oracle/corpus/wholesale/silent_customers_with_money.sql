select left(c_phone, 2) as country, count(*) as customers, sum(c_acctbal) as balance
from customer
where left(c_phone, 2) in ('13', '31', '23')
  and c_acctbal > (select avg(c_acctbal) from customer where c_acctbal > 0)
  and not exists (select 1 from orders where o_custkey = c_custkey)
group by country
-- unseen customer.c_custkey -> * FILTER: needs a customer with no order and more than the mean, among more than small tables hold
-- unseen orders.* -> * FILTER: needs a customer with no order and more than the mean, among more than small tables hold
-- unseen orders.o_custkey -> * FILTER: needs a customer with no order and more than the mean, among more than small tables hold
-- unseen customer.* -> customers AGGREGATION: needs a customer with no order and more than the mean, among more than small tables hold
