select
  dt.d_year as "year",
  it.i_brand_id as brand_id,
  it.i_brand as brand,
  sum(ss.ss_ext_sales_price) as revenue,
  count(distinct ss.ss_customer_sk) as buyers
from date_dim as dt, store_sales as ss, item as it
where dt.d_date_sk = ss.ss_sold_date_sk
  and ss.ss_item_sk = it.i_item_sk
  and it.i_manufact_id = 3
  and dt.d_moy in (1, 2)
group by dt.d_year, it.i_brand, it.i_brand_id
having sum(ss.ss_ext_sales_price) > 0
order by "year", revenue desc, brand_id, brand
limit 50
