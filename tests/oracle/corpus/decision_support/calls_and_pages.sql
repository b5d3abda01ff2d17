select k.centre_name, k.manager, sum(r.loss) as lost,
  (select count(*) from web_order as o, page as g, clock as t
   where o.page_key = g.page_key and o.minute_key = t.minute_key and t.hour between 8 and 9 and g.characters between 5000 and 5200) as morning,
  (select count(*) from web_order as o, page as g, clock as t
   where o.page_key = g.page_key and o.minute_key = t.minute_key and t.hour between 19 and 20 and g.characters between 5000 and 5200) as evening
from call_centre as k, mail_return as r, calendar as c, buyer as b, address as a, household as h
where r.call_centre_key = k.call_centre_key and r.day_key = c.day_key and r.buyer_key = b.buyer_key
  and b.household_key = h.household_key and b.address_key = a.address_key and c.year = 2020 and c.month = 11
  and ((h.marital = 'M' and h.schooling = 'Unknown') or (h.marital = 'W' and h.schooling = 'Advanced'))
  and h.buying_power like '0-500%' and a.utc_offset = -7
group by k.centre_name, k.manager
order by lost desc
