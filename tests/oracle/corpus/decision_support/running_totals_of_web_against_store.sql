with web_v1 as (
  select ws_item_sk as item_sk, d_date, sum(sum(ws_sales_price)) over (partition by ws_item_sk order by d_date rows between unbounded preceding and current row) as cume
  from web_sales, date_dim
  where ws_sold_date_sk = d_date_sk and ws_item_sk is not null and d_date >= date '2000-05-01'
  group by ws_item_sk, d_date
),
store_v1 as (
  select ss_item_sk as item_sk, d_date, sum(sum(ss_sales_price)) over (partition by ss_item_sk order by d_date rows between unbounded preceding and current row) as cume
  from store_sales, date_dim
  where ss_sold_date_sk = d_date_sk and ss_item_sk is not null and d_date >= date '2000-05-01'
  group by ss_item_sk, d_date
),
paired as (
  select
    case when web.item_sk is not null then web.item_sk else store.item_sk end as item_sk,
    case when web.d_date is not null then web.d_date else store.d_date end as d_date,
    web.cume as web_sales, store.cume as store_sales
  from web_v1 as web
  full outer join store_v1 as store on web.item_sk = store.item_sk and web.d_date = store.d_date
)
select *
from (
  select *,
    max(web_sales) over (partition by item_sk order by d_date rows between unbounded preceding and current row) as web_top,
    max(store_sales) over (partition by item_sk order by d_date rows between unbounded preceding and current row) as store_top
  from paired
) as y
where web_top > store_top
order by item_sk, d_date
