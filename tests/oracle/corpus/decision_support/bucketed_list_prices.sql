select *
from (
  select avg(ss_list_price) as b1_mean, count(ss_list_price) as b1_n, count(distinct ss_list_price) as b1_values
  from store_sales
  where ss_quantity between 0 and 1
    and (ss_list_price between 2 and 18 or ss_coupon_amt between 4 and 30 or ss_wholesale_cost between 1 and 7)
) as b1,
(
  select avg(ss_list_price) as b2_mean, count(ss_list_price) as b2_n, count(distinct ss_list_price) as b2_values
  from store_sales
  where ss_quantity between 2 and 3
    and (ss_list_price between 3 and 9 or ss_coupon_amt between 1 and 12 or ss_wholesale_cost between 3 and 5)
) as b2
cross join (
  select avg(ss_list_price) as b3_mean, count(ss_list_price) as b3_n, count(distinct ss_list_price) as b3_values
  from store_sales
  where ss_quantity > 3
) as b3
