select count(*) as loyal
from (
  select distinct b.family_name, b.given_name, c.day
  from shop_sale as f, calendar as c, buyer as b where f.day_key = c.day_key and f.buyer_key = b.buyer_key and c.month_no between 1200 and 1211
  intersect
  select distinct b.family_name, b.given_name, c.day
  from mail_sale as f, calendar as c, buyer as b where f.day_key = c.day_key and f.buyer_key = b.buyer_key and c.month_no between 1200 and 1211
  except
  select distinct b.family_name, b.given_name, c.day
  from web_order as f, calendar as c, buyer as b where f.day_key = c.day_key and f.buyer_key = b.buyer_key and c.month_no between 1200 and 1211
) as loyal_buyers
