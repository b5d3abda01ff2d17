with v1 as (
  select
    i_category, i_brand, s_store_name, d_year, d_moy,
    sum(ss_sales_price) as sum_sales,
    avg(sum(ss_sales_price)) over (partition by i_category, i_brand, s_store_name, d_year) as mean_monthly,
    rank() over (partition by i_category, i_brand, s_store_name order by d_year, d_moy) as rn
  from item, store_sales, date_dim, store
  where ss_item_sk = i_item_sk and ss_sold_date_sk = d_date_sk and ss_store_sk = s_store_sk
    and (d_year = 2 or (d_year = 1 and d_moy = 3) or (d_year = 3 and d_moy = 1))
  group by i_category, i_brand, s_store_name, d_year, d_moy
),
v2 as (
  select v1.*, lagged.sum_sales as psum, ahead.sum_sales as nsum
  from v1
  left join v1 as lagged using (i_category, i_brand, s_store_name)
  left join v1 as ahead using (i_category, i_brand, s_store_name)
  where (v1.rn = lagged.rn + 1 or lagged.rn is null or v1.rn = 1)
    and (v1.rn = ahead.rn - 1 or ahead.rn = v1.rn)
)
select *
from v2
where case when mean_monthly > 0 then abs(sum_sales - mean_monthly) / mean_monthly end >= 0
order by all
limit 100
