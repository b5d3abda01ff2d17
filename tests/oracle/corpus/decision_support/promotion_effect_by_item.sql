select
  i_item_id,
  avg(ss_quantity) as mean_quantity,
  avg(ss_list_price) as mean_list,
  avg(ss_coupon_amt) as mean_coupon,
  avg(ss_sales_price) as mean_price
from store_sales
join customer_demographics on ss_cdemo_sk = cd_demo_sk
join date_dim on ss_sold_date_sk = d_date_sk
join item on ss_item_sk = i_item_sk
join promotion on ss_promo_sk = p_promo_sk
where cd_gender = 'M'
  and cd_education_status in ('College', 'Primary')
  and (p_channel_email = 'N' or p_channel_event = 'N')
  and d_year between 1999 and 2000
group by i_item_id
order by i_item_id
limit 100
