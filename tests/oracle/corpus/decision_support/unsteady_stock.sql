with inv as (
  select
    w_warehouse_sk, i_item_sk, d_moy,
    round(stddev_samp(inv_quantity_on_hand), 4) as deviation,
    avg(inv_quantity_on_hand) as mean
  from inventory
  join item on inv_item_sk = i_item_sk
  join warehouse on inv_warehouse_sk = w_warehouse_sk
  join date_dim on inv_date_sk = d_date_sk
  group by w_warehouse_sk, i_item_sk, d_moy
),
rated as (
  select *, case mean when 0 then null else round(deviation / mean, 4) end as cov
  from inv
  where case mean when 0 then 0 else deviation / mean end >= 0
)
select
  inv1.w_warehouse_sk, inv1.i_item_sk, inv1.d_moy, inv1.mean, inv1.cov,
  inv2.d_moy as next_moy, inv2.mean as next_mean, inv2.cov as next_cov
from rated as inv1, rated as inv2
where inv1.i_item_sk = inv2.i_item_sk
  and inv1.w_warehouse_sk = inv2.w_warehouse_sk
  and inv1.d_moy = 1
  and inv2.d_moy = 1 + 1
order by all
