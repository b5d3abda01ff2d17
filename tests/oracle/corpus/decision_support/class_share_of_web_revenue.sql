select
  i_item_id, i_item_desc, i_category, i_class, i_current_price,
  sum(ws_ext_sales_price) as revenue,
  sum(ws_ext_sales_price) * 100 / sum(sum(ws_ext_sales_price)) over by_class as share,
  dense_rank() over (by_class order by sum(ws_ext_sales_price) desc) as place
from web_sales
join item on ws_item_sk = i_item_sk
join date_dim on ws_sold_date_sk = d_date_sk
where i_category in ('Books', 'Music', 'Sports')
  and d_date between date '1999-02-22' and date '1999-02-22' + interval '2' day
group by i_item_id, i_item_desc, i_category, i_class, i_current_price
window by_class as (partition by i_class)
order by all
