with weekly as (
  select c.week_no, f.shop_key,
    sum(case when c.weekday = 'Monday' then f.paid_price end) as mon,
    sum(case when c.weekday = 'Tuesday' then f.paid_price end) as tue,
    sum(case when c.weekday = 'Wednesday' then f.paid_price end) as wed,
    sum(case when c.weekday = 'Thursday' then f.paid_price end) as thu,
    sum(case when c.weekday = 'Friday' then f.paid_price end) as fri,
    sum(case when c.weekday = 'Saturday' then f.paid_price end) as sat,
    sum(case when c.weekday = 'Sunday' then f.paid_price end) as sun
  from shop_sale as f, calendar as c
  where c.day_key = f.day_key
  group by c.week_no, f.shop_key
)
select now.shop_name, now.shop_id, now.week_no, now.mon / past.mon as mon_ratio, now.tue / past.tue as tue_ratio, now.wed / past.wed as wed_ratio, now.thu / past.thu as thu_ratio, now.fri / past.fri as fri_ratio, now.sat / past.sat as sat_ratio, now.sun / past.sun as sun_ratio
from (
  select s.shop_name, weekly.week_no, s.shop_id, weekly.mon, weekly.tue, weekly.wed, weekly.thu, weekly.fri, weekly.sat, weekly.sun
  from weekly, shop as s, calendar as d
  where d.week_no = weekly.week_no and weekly.shop_key = s.shop_key and d.month_no between 1200 and 1211
) as now,
(
  select s.shop_name, weekly.week_no, s.shop_id, weekly.mon, weekly.tue, weekly.wed, weekly.thu, weekly.fri, weekly.sat, weekly.sun
  from weekly, shop as s, calendar as d
  where d.week_no = weekly.week_no and weekly.shop_key = s.shop_key and d.month_no between 1188 and 1199
) as past
where now.shop_id = past.shop_id and now.week_no = past.week_no + 52
order by now.shop_name, now.shop_id, now.week_no
