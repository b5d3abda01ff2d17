with returned as (
  select r.buyer_key, r.shop_key, sum(r.fee) as total_fee
  from shop_return as r, calendar as c
  where r.day_key = c.day_key and c.year = 2021
  group by r.buyer_key, r.shop_key
)
select b.buyer_id
from returned as one, shop as s, buyer as b
where one.total_fee > (select avg(total_fee) * 1.25 from returned as other where one.shop_key = other.shop_key)
  and s.shop_key = one.shop_key
  and s.state = 'OR'
  and one.buyer_key = b.buyer_key
order by b.buyer_id
limit 50
