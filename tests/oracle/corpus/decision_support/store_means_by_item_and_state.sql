with wanted_states as (
  select distinct s_state from store where s_state in ('TN', 'SD', 'OH')
)
select
  i_item_id,
  case when grouping(s_state) = 1 then 'every state' else s_state end as state,
  grouping(s_state) as is_total,
  avg(ss_quantity) as q, avg(ss_list_price) as l, avg(ss_coupon_amt) as c
from store_sales, customer_demographics, store, item
where ss_store_sk = s_store_sk
  and ss_item_sk = i_item_sk
  and ss_cdemo_sk = cd_demo_sk
  and cd_marital_status = 'S'
  and s_state in (select s_state from wanted_states)
group by cube (i_item_id, s_state)
having grouping(i_item_id) = 0
order by i_item_id, state, is_total
