with means as (
  select ss_item_sk as item_sk, avg(ss_net_profit) as profit
  from store_sales
  where ss_store_sk = 4
  group by ss_item_sk
  having avg(ss_net_profit) > 0.1 * (
    select avg(ss_net_profit) from store_sales where ss_store_sk = 4 and ss_hdemo_sk is not null
  )
)
select up.rnk, i1.i_product_name as best_performing, i2.i_product_name as worst_performing
from (select item_sk, rank() over (order by profit asc) as rnk from means) as up
join (select item_sk, rank() over (order by profit desc) as rnk from means) as down on up.rnk = down.rnk
join item as i1 on i1.i_item_sk = up.item_sk
join item as i2 on i2.i_item_sk = down.item_sk
where up.rnk < 11
order by all
