with yearly as (
  select b.buyer_id, b.given_name, b.family_name, b.prefers_mail, b.birth_country, b.login, b.email, c.year,
    sum(((f.list_price - f.unit_cost - f.rebate) + f.gross) / 2) as year_total, 'shop' as channel
  from buyer as b
  join shop_sale as f on f.buyer_key = b.buyer_key
  join calendar as c on c.day_key = f.day_key
  group by b.buyer_id, b.given_name, b.family_name, b.prefers_mail, b.birth_country, b.login, b.email, c.year
  union all
  select b.buyer_id, b.given_name, b.family_name, b.prefers_mail, b.birth_country, b.login, b.email, c.year,
    sum(((f.list_price - f.unit_cost - f.rebate) + f.gross) / 2) as year_total, 'mail' as channel
  from buyer as b
  join mail_sale as f on f.buyer_key = b.buyer_key
  join calendar as c on c.day_key = f.day_key
  group by b.buyer_id, b.given_name, b.family_name, b.prefers_mail, b.birth_country, b.login, b.email, c.year
  union all
  select b.buyer_id, b.given_name, b.family_name, b.prefers_mail, b.birth_country, b.login, b.email, c.year,
    sum(((f.list_price - f.unit_cost - f.rebate) + f.gross) / 2) as year_total, 'web' as channel
  from buyer as b
  join web_order as f on f.buyer_key = b.buyer_key
  join calendar as c on c.day_key = f.day_key
  group by b.buyer_id, b.given_name, b.family_name, b.prefers_mail, b.birth_country, b.login, b.email, c.year
)
select shop_after.buyer_id, shop_after.given_name, shop_after.family_name, shop_after.email
from yearly as shop_before, yearly as shop_after, yearly as mail_before, yearly as mail_after, yearly as web_before, yearly as web_after
where shop_after.buyer_id = shop_before.buyer_id
  and mail_before.buyer_id = shop_before.buyer_id
  and mail_after.buyer_id = shop_before.buyer_id
  and web_before.buyer_id = shop_before.buyer_id
  and web_after.buyer_id = shop_before.buyer_id
  and shop_before.channel = 'shop' and shop_before.year = 2020
  and shop_after.channel = 'shop' and shop_after.year = 2021
  and mail_before.channel = 'mail' and mail_before.year = 2020
  and mail_after.channel = 'mail' and mail_after.year = 2021
  and web_before.channel = 'web' and web_before.year = 2020
  and web_after.channel = 'web' and web_after.year = 2021
  and shop_before.year_total > 0
  and mail_before.year_total > 0
  and web_before.year_total > 0
  and case when mail_before.year_total > 0 then mail_after.year_total / mail_before.year_total end
    > case when shop_before.year_total > 0 then shop_after.year_total / shop_before.year_total end
  and case when mail_before.year_total > 0 then mail_after.year_total / mail_before.year_total end
    > case when web_before.year_total > 0 then web_after.year_total / web_before.year_total end
order by 1, 2, 3, 4
limit 100
-- unseen buyer.birth_country -> * GROUP_BY: parts the sums of one buyer only where two buyers have one id, of which the ratios are seldom turned
-- unseen buyer.login -> * GROUP_BY: parts the sums of one buyer only where two buyers have one id, of which the ratios are seldom turned
-- unseen buyer.prefers_mail -> * GROUP_BY: parts the sums of one buyer only where two buyers have one id, of which the ratios are seldom turned
