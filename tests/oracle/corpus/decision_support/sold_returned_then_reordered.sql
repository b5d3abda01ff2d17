select
  i_item_id, s_state,
  count(ss_quantity) as store_sales_count,
  avg(ss_quantity) as store_sales_mean,
  count(sr_return_quantity) as store_returns_count,
  avg(sr_return_quantity) as store_returns_mean,
  avg(cs_quantity) / nullif(avg(sr_return_quantity), 0) as again_ratio
from store_sales
join store_returns on ss_customer_sk = sr_customer_sk and ss_item_sk = sr_item_sk
join catalog_sales on sr_customer_sk = cs_bill_customer_sk and sr_item_sk = cs_item_sk
join date_dim as sold on sold.d_date_sk = ss_sold_date_sk and sold.d_quarter_name = '2001Q1'
join date_dim as back on back.d_date_sk = sr_returned_date_sk and back.d_quarter_name in ('2001Q1', '2001Q2')
join item on i_item_sk = ss_item_sk
join store on s_store_sk = ss_store_sk
group by i_item_id, s_state
order by i_item_id, s_state
