select
  avg(ss_quantity) as quantity,
  avg(ss_ext_sales_price) as price,
  avg(ss_ext_wholesale_cost) as cost,
  sum(ss_ext_wholesale_cost) as total_cost
from store_sales, store, customer_demographics, household_demographics, date_dim
where s_store_sk = ss_store_sk
  and ss_sold_date_sk = d_date_sk
  and d_year in (1, 2)
  and (
    (ss_hdemo_sk = hd_demo_sk and cd_demo_sk = ss_cdemo_sk
      and cd_marital_status = 'M' and ss_sales_price between 1.00 and 150.00 and hd_dep_count = 3)
    or (ss_hdemo_sk = hd_demo_sk and cd_demo_sk = ss_cdemo_sk
      and cd_marital_status = 'S' and ss_sales_price between 0.50 and 100.00 and hd_dep_count = 1)
  )
