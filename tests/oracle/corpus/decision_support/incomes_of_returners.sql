select b.buyer_id, b.family_name || ', ' || coalesce(b.given_name, '') as name, i.lower_bound, i.upper_bound, w.wording
from buyer as b, address as a, household as h, income_level as i, shop_return as r, cause as w
where a.town = 'Salem' and b.address_key = a.address_key and i.lower_bound >= 38128 and i.upper_bound <= 88128
  and i.income_key = h.income_key and h.household_key = b.household_key and r.buyer_key = b.buyer_key and r.cause_key = w.cause_key
order by b.buyer_id
limit 100
-- unseen buyer.buyer_id -> * SORT: small tables join to one buyer many times over, so that ties decide what the limit keeps
