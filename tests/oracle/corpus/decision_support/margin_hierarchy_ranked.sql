select
  sum(ss_net_profit) / nullif(sum(ss_ext_sales_price), 0) as margin,
  i_category, i_class,
  grouping(i_category) + grouping(i_class) as depth,
  rank() over (
    partition by grouping(i_category) + grouping(i_class), case when grouping(i_class) = 0 then i_category end
    order by sum(ss_net_profit) / nullif(sum(ss_ext_sales_price), 0) asc
  ) as place
from store_sales, date_dim as d1, item, store
where d1.d_year in (1, 2, 3)
  and d1.d_date_sk = ss_sold_date_sk
  and i_item_sk = ss_item_sk
  and s_store_sk = ss_store_sk
  and s_state in ('TN')
group by rollup (i_category, i_class)
order by depth desc, case when depth = 0 then i_category end, place, i_category, i_class
