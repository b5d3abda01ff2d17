select i_product_name, i_brand, i_class, i_category, avg(inv_quantity_on_hand) as on_hand
from inventory, date_dim, item
where inv_date_sk = d_date_sk
  and inv_item_sk = i_item_sk
  and d_month_seq between 1 and 3
group by grouping sets ((i_product_name, i_brand, i_class, i_category), (i_category, i_class), (i_category), ())
order by on_hand nulls first, i_product_name, i_brand, i_class, i_category
limit 100
