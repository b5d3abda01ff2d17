select *
from (
  select
    w_warehouse_name, i_item_id,
    sum(case when d_date < date '2000-03-11' then inv_quantity_on_hand else 0 end) as held_before,
    sum(case when d_date >= date '2000-03-11' then inv_quantity_on_hand else 0 end) as held_after
  from inventory
  join warehouse on inv_warehouse_sk = w_warehouse_sk
  join item on i_item_sk = inv_item_sk and i_current_price between 0.99 and 40
  join date_dim on inv_date_sk = d_date_sk
  where d_date between date '2000-03-11' - interval 30 day and date '2000-03-11' + interval 30 day
  group by w_warehouse_name, i_item_id
) as stock
where (case when held_before > 0 then held_after * 1.0 / held_before else null end) between 0.2 and 5.0
order by w_warehouse_name, i_item_id
