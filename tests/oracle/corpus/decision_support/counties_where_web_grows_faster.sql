with ss as (
  select ca_county as county, d_qoy as q, sum(ss_ext_sales_price) as sales
  from store_sales join date_dim on ss_sold_date_sk = d_date_sk join customer_address on ss_addr_sk = ca_address_sk
  group by all
),
ws as (
  select ca_county as county, d_qoy as q, sum(ws_ext_sales_price) as sales
  from web_sales join date_dim on ws_sold_date_sk = d_date_sk join customer_address on ws_bill_addr_sk = ca_address_sk
  group by all
)
select ss1.county, ws2.sales / nullif(ws1.sales, 0) as web_growth, ss2.sales / nullif(ss1.sales, 0) as store_growth
from ss as ss1, ss as ss2, ws as ws1, ws as ws2
where ss1.q = 1 and ss2.q = 2 and ws1.q = 1 and ws2.q = 2
  and ss1.county = ss2.county and ss2.county = ws1.county and ws1.county = ws2.county
  and case when ws1.sales > 0 then ws2.sales / ws1.sales end
    > case when ss1.sales > 0 then ss2.sales / ss1.sales end
order by ss1.county
