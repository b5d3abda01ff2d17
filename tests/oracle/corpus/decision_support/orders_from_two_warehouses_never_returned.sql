select
  count(distinct cs1.cs_order_number) as orders,
  sum(cs1.cs_ext_ship_cost) as shipping,
  sum(cs1.cs_net_profit) as profit
from catalog_sales as cs1
join date_dim on cs1.cs_ship_date_sk = d_date_sk
join customer_address on cs1.cs_ship_addr_sk = ca_address_sk
join call_center on cs1.cs_call_center_sk = cc_call_center_sk
where d_date between date '2002-02-01' and date '2002-02-03'
  and ca_state = 'GA'
  and exists (
    select * from catalog_sales as cs2
    where cs1.cs_order_number = cs2.cs_order_number and cs1.cs_warehouse_sk <> cs2.cs_warehouse_sk
  )
  and not exists (
    select * from catalog_returns as cr
    where cs1.cs_order_number = cr.cr_order_number and cr.cr_return_quantity > 3
  )
