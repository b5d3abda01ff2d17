select channel, item, return_ratio, return_rank, currency_rank
from (
  select
    'web' as channel, item, return_ratio,
    rank() over (order by return_ratio) as return_rank,
    rank() over (order by currency_ratio) as currency_rank
  from (
    select
      ws.ws_item_sk as item,
      cast(sum(coalesce(wr.wr_return_quantity, 0)) as decimal(15, 4)) / nullif(cast(sum(coalesce(ws.ws_quantity, 0)) as decimal(15, 4)), 0) as return_ratio,
      cast(sum(coalesce(wr.wr_return_amt, 0)) as decimal(15, 4)) / nullif(cast(sum(coalesce(ws.ws_net_paid, 0)) as decimal(15, 4)), 0) as currency_ratio
    from web_sales as ws
    left outer join web_returns as wr on ws.ws_order_number = wr.wr_order_number and ws.ws_item_sk = wr.wr_item_sk
    where wr.wr_return_amt > 1 and ws.ws_net_profit > 1 and ws.ws_quantity > 0
    group by ws.ws_item_sk
  ) as in_web
) as w
where w.return_rank <= 10 or w.currency_rank <= 10
union
select channel, item, return_ratio, return_rank, currency_rank
from (
  select
    'store' as channel, item, return_ratio,
    rank() over (order by return_ratio), rank() over (order by currency_ratio)
  from (
    select
      sts.ss_item_sk,
      sum(coalesce(sr.sr_return_quantity, 0)) * 1.0 / nullif(sum(sts.ss_quantity), 0),
      sum(coalesce(sr.sr_return_amt, 0)) * 1.0 / nullif(sum(sts.ss_net_paid), 0)
    from store_sales as sts
    left join store_returns as sr on sts.ss_ticket_number = sr.sr_ticket_number and sts.ss_item_sk = sr.sr_item_sk
    group by sts.ss_item_sk
  ) as in_store(item, return_ratio, currency_ratio)
) as s(channel, item, return_ratio, return_rank, currency_rank)
where s.return_rank <= 3
order by 1, 4, 5, 2
-- unseen store_returns.sr_return_amt -> * GROUP_BY: a union of rows that channel and item tell apart already
-- unseen store_sales.ss_net_paid -> * GROUP_BY: a union of rows that channel and item tell apart already
-- unseen web_returns.wr_return_quantity -> * GROUP_BY: a union of rows that channel and item tell apart already
-- unseen web_sales.ws_net_paid -> * GROUP_BY: a union of rows that channel and item tell apart already
-- unseen web_returns.wr_return_quantity -> * FILTER: the first ten ranks hold all items of small tables
-- unseen web_sales.ws_net_paid -> * FILTER: the first ten ranks hold all items of small tables
