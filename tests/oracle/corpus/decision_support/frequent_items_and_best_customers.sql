with frequent as (
  select substr(i_item_desc, 1, 30) as itemdesc, i_item_sk as item_sk, d_date as solddate, count(*) as cnt
  from store_sales, date_dim, item
  where ss_sold_date_sk = d_date_sk and ss_item_sk = i_item_sk and d_year in (2000, 1, 2, 3)
  group by substr(i_item_desc, 1, 30), i_item_sk, d_date
  having count(*) >= 1
),
ceiling as (
  select max(csales) as cmax
  from (
    select c_customer_sk, sum(ss_quantity * ss_sales_price) as csales
    from store_sales, customer, date_dim
    where ss_customer_sk = c_customer_sk and ss_sold_date_sk = d_date_sk and d_year in (1, 2, 3)
    group by c_customer_sk
  ) as spenders
),
best as (
  select c_customer_sk, sum(ss_quantity * ss_sales_price) as ssales
  from store_sales, customer
  where ss_customer_sk = c_customer_sk
  group by c_customer_sk
  having sum(ss_quantity * ss_sales_price) > (50 / 100.0) * (select cmax from ceiling)
)
select c_last_name, c_first_name, sum(sales) as sales
from (
  select c_last_name, c_first_name, cs_quantity * cs_list_price as sales
  from catalog_sales, customer
  where cs_item_sk in (select item_sk from frequent)
    and cs_bill_customer_sk in (select c_customer_sk from best)
    and cs_bill_customer_sk = c_customer_sk
  union all
  select c_last_name, c_first_name, ws_quantity * ws_list_price
  from web_sales, customer
  where ws_item_sk in (select item_sk from frequent)
    and ws_bill_customer_sk in (select c_customer_sk from best)
    and ws_bill_customer_sk = c_customer_sk
) as outings
group by c_last_name, c_first_name
order by all
-- unseen date_dim.d_date -> * FILTER: parts groups of which one row is enough (count(*) >= 1), so that the item stays frequent
-- unseen item.i_item_desc -> * FILTER: parts groups of which one row is enough (count(*) >= 1), so that the item stays frequent
