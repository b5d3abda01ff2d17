select substr(d.depot_name, 1, 20) as depot, r.mode, t.site_name,
  sum(case when f.sent_day_key - f.day_key <= 30 then 1 else 0 end) as days_30,
  sum(case when f.sent_day_key - f.day_key > 30 and f.sent_day_key - f.day_key <= 60 then 1 else 0 end) as days_60,
  sum(case when f.sent_day_key - f.day_key > 60 and f.sent_day_key - f.day_key <= 90 then 1 else 0 end) as days_90,
  sum(case when f.sent_day_key - f.day_key > 90 then 1 else 0 end) as later
from web_order as f, depot as d, carrier as r, site as t, calendar as c
where c.month_no between 1200 and 1211 and f.sent_day_key = c.day_key and f.depot_key = d.depot_key
  and f.carrier_key = r.carrier_key and f.site_key = t.site_key
group by substr(d.depot_name, 1, 20), r.mode, t.site_name
order by 1, 2, 3
