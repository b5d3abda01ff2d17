with store_side as (
  select s_store_id as place, sum(sales) as sales, sum(profit) as profit, sum(back) as back, sum(loss) as loss
  from (
    select ss_store_sk as store_sk, ss_sold_date_sk as day_sk, ss_ext_sales_price as sales, ss_net_profit as profit,
      cast(0 as decimal(12, 2)) as back, cast(0 as decimal(12, 2)) as loss
    from store_sales
    union all
    select sr_store_sk, sr_returned_date_sk, 0, 0, sr_return_amt, sr_net_loss
    from store_returns
  ) as moves, date_dim, store
  where day_sk = d_date_sk
    and d_date between cast('2000-08-23' as date) and cast('2000-08-23' as date) + interval 14 day
    and store_sk = s_store_sk
  group by s_store_id
),
web_side as (
  select web_site_id as place, sum(sales) as sales, sum(profit) as profit, sum(back) as back, sum(loss) as loss
  from (
    select ws_web_site_sk as site_sk, ws_sold_date_sk as day_sk, ws_ext_sales_price as sales, ws_net_profit as profit,
      cast(0 as decimal(12, 2)) as back, cast(0 as decimal(12, 2)) as loss
    from web_sales
    union all
    select ws_web_site_sk, wr_returned_date_sk, 0, 0, wr_return_amt, wr_net_loss
    from web_returns
    left outer join web_sales on wr_item_sk = ws_item_sk and wr_order_number = ws_order_number
  ) as moves, date_dim, web_site
  where day_sk = d_date_sk
    and d_date between cast('2000-08-23' as date) and cast('2000-08-23' as date) + interval 14 day
    and site_sk = web_site_sk
  group by web_site_id
)
select channel, place, sum(sales) as sales, sum(back) as returned, sum(profit) as profit
from (
  select 'store channel' as channel, 'store' || place as place, sales, back, profit - loss as profit from store_side
  union all
  select 'web channel', 'site' || place, sales, back, profit - loss from web_side
) as both_sides
group by rollup (channel, place)
order by channel nulls last, place nulls last
limit 100
