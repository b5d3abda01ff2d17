select
  s_store_name, s_company_id, s_county, s_state,
  sum(case when sr_returned_date_sk - ss_sold_date_sk <= 1 then 1 else 0 end) as "1 day",
  sum(case when sr_returned_date_sk - ss_sold_date_sk > 1 and sr_returned_date_sk - ss_sold_date_sk <= 3 then 1 else 0 end) as "2-3 days",
  count(*) filter (where sr_returned_date_sk - ss_sold_date_sk > 3) as "over 3"
from store_sales, store_returns, store, date_dim as d1, date_dim as d2
where d2.d_moy in (2, 3)
  and ss_ticket_number = sr_ticket_number
  and ss_item_sk = sr_item_sk
  and ss_sold_date_sk = d1.d_date_sk
  and sr_returned_date_sk = d2.d_date_sk
  and ss_store_sk = s_store_sk
group by s_store_name, s_company_id, s_county, s_state
order by all
