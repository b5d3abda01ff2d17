select
  i.i_item_id, s.s_store_id, s.s_store_name,
  max(ss.ss_net_profit) as store_profit,
  max(sr.sr_net_loss) as return_loss,
  max(cs.cs_net_profit) as catalog_profit
from store_sales as ss
join item as i on i.i_item_sk = ss.ss_item_sk
join store as s on s.s_store_sk = ss.ss_store_sk
join store_returns as sr
  on (ss.ss_customer_sk, ss.ss_item_sk) = (sr.sr_customer_sk, sr.sr_item_sk)
join catalog_sales as cs
  on sr.sr_customer_sk = cs.cs_bill_customer_sk and sr.sr_item_sk = cs.cs_item_sk
join date_dim as d1 on d1.d_date_sk = ss.ss_sold_date_sk
join date_dim as d2 on d2.d_date_sk = sr.sr_returned_date_sk
where d1.d_moy = 4 and d2.d_moy between 2 and 5
group by all
order by all
