select sum(ss_quantity) as quantity
from store_sales, store, customer_demographics, customer_address, date_dim
where s_store_sk = ss_store_sk
  and ss_sold_date_sk = d_date_sk
  and d_year = 1
  and (
    (cd_demo_sk = ss_cdemo_sk and cd_marital_status = 'M' and cd_education_status = 'College' and ss_sales_price between 1 and 20)
    or (cd_demo_sk = ss_cdemo_sk and cd_marital_status = 'D' and ss_sales_price between 2 and 30)
  )
  and (
    (ss_addr_sk = ca_address_sk and ca_country = 'US' and ca_state in ('CO', 'OH') and ss_net_profit between 0 and 2000)
    or (ss_addr_sk = ca_address_sk and ca_state in ('OR', 'MN') and ss_net_profit between 15 and 3000)
  )
