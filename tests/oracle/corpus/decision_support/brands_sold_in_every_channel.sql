with everywhere as (
  select i.i_item_sk as item_sk
  from item as i
  join (
    select b.i_brand_id as brand, b.i_class_id as class
    from store_sales join item as b on ss_item_sk = b.i_item_sk
    intersect
    select b.i_brand_id, b.i_class_id
    from catalog_sales join item as b on cs_item_sk = b.i_item_sk
    intersect
    select b.i_brand_id, b.i_class_id
    from web_sales join item as b on ws_item_sk = b.i_item_sk
  ) as common on i.i_brand_id = common.brand and i.i_class_id = common.class
),
norm as (
  select avg(q * p) as amount
  from (
    select ss_quantity as q, ss_list_price as p from store_sales
    union all
    select cs_quantity, cs_list_price from catalog_sales
    union all
    select ws_quantity, ws_list_price from web_sales
  ) as lines
)
select channel, brand, sum(sales) as sales, sum(n) as n
from (
  select 'store' as channel, i_brand_id as brand, sum(ss_quantity * ss_list_price) as sales, count(*) as n
  from store_sales, item
  where ss_item_sk in (select item_sk from everywhere) and ss_item_sk = i_item_sk
  group by i_brand_id
  having sum(ss_quantity * ss_list_price) > (select amount from norm)
  union all
  select 'web', i_brand_id, sum(ws_quantity * ws_list_price), count(*)
  from web_sales, item
  where ws_item_sk in (from everywhere) and ws_item_sk = i_item_sk
  group by i_brand_id
  having sum(ws_quantity * ws_list_price) > (select amount from norm)
) as y
group by rollup (channel, brand)
order by channel, brand
