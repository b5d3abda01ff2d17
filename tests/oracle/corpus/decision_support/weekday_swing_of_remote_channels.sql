with remote as (
  select ws_sold_date_sk as day_sk, ws_ext_sales_price as amount, 'web' as origin
  from web_sales
  union all
  select cs_sold_date_sk, cs_ext_sales_price, 'catalog'
  from catalog_sales
),
by_week as (
  select
    d.d_week_seq as week,
    sum(amount) filter (where d.d_day_name = 'Sunday') as sunday,
    sum(amount) filter (where d.d_day_name = 'Monday') as monday,
    sum(case d.d_day_name when 'Friday' then amount end) as friday,
    sum(case when d.d_day_name = 'Saturday' then amount else 0 end) as saturday
  from remote
  join date_dim as d on d.d_date_sk = remote.day_sk
  group by d.d_week_seq
),
this_year as (
  select distinct w.*
  from by_week as w, date_dim as d
  where d.d_week_seq = w.week and d.d_year in (1, 3)
),
next_year as (
  select distinct w.*
  from by_week as w, date_dim as d
  where d.d_week_seq = w.week and d.d_year <> 1
)
select
  a.week,
  round(a.sunday / nullif(b.sunday, 0), 2) as sunday_ratio,
  round(a.monday / nullif(b.monday, 0), 2) as monday_ratio,
  round(a.friday / nullif(b.friday, 0), 2) as friday_ratio,
  round(a.saturday / nullif(b.saturday, 0), 2) as saturday_ratio
from this_year as a
join next_year as b on a.week = b.week - 1
order by a.week
-- unseen catalog_sales.cs_ext_sales_price -> * GROUP_BY: DISTINCT goes over weeks, of which there is one row each before the join
-- unseen date_dim.d_day_name -> * GROUP_BY: DISTINCT goes over weeks, of which there is one row each before the join
-- unseen web_sales.ws_ext_sales_price -> * GROUP_BY: DISTINCT goes over weeks, of which there is one row each before the join
