select h.gender, h.marital, h.schooling, count(*) as people, h.rating, count(distinct b.buyer_id) as buyers, max(h.children) as most_children
from buyer as b, address as a, household as h
where b.address_key = a.address_key
  and a.county in ('Lane', 'Polk', 'Linn')
  and h.household_key = b.household_key
  and exists (
    select * from shop_sale as f, calendar as c
    where b.buyer_key = f.buyer_key and f.day_key = c.day_key and c.year = 2020 and c.month between 2 and 5
  )
  and (exists (
    select * from web_order as f, calendar as c
    where b.buyer_key = f.buyer_key and f.day_key = c.day_key and c.year = 2020 and c.month between 2 and 5
  )
  or exists (
    select * from mail_sale as f, calendar as c
    where b.buyer_key = f.receiver_key and f.day_key = c.day_key and c.year = 2020 and c.month between 2 and 5
  ))
group by h.gender, h.marital, h.schooling, h.rating
order by h.gender, h.marital, h.schooling, h.rating
