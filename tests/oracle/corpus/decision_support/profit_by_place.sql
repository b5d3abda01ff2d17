with sold as (
  select 'shop' as channel, s.shop_id as place, sum(f.gross) as sales, sum(coalesce(r.refund, 0)) as refunds,
    sum(f.profit - coalesce(r.loss, 0)) as profit
  from shop_sale as f
  left join shop_return as r on f.sale_no = r.sale_no and f.product_key = r.product_key
  join calendar as c on f.day_key = c.day_key
  join shop as s on f.shop_key = s.shop_key
  join product as p on f.product_key = p.product_key
  join promo as o on f.promo_key = o.promo_key
  where p.price > 50 and o.by_radio = 'N' and c.day between date '2021-08-01' and date '2021-08-31'
  group by s.shop_id
  union all
  select 'mail', 'issue ' || cast(g.issue as varchar), sum(f.gross), sum(coalesce(r.refund, 0)), sum(f.profit - coalesce(r.loss, 0))
  from mail_sale as f
  left join mail_return as r on f.order_no = r.order_no and f.product_key = r.product_key
  join calendar as c on f.day_key = c.day_key
  join catalogue as g on f.catalogue_key = g.catalogue_key
  join product as p on f.product_key = p.product_key
  join promo as o on f.promo_key = o.promo_key
  where p.price > 50 and o.by_radio = 'N' and c.day between date '2021-08-01' and date '2021-08-31'
  group by g.issue
  union all
  select 'web', t.site_name, sum(f.gross), sum(coalesce(r.refund, 0)), sum(f.profit - coalesce(r.loss, 0))
  from web_order as f
  left join web_return as r on f.order_no = r.order_no and f.product_key = r.product_key
  join calendar as c on f.day_key = c.day_key
  join site as t on f.site_key = t.site_key
  join product as p on f.product_key = p.product_key
  join promo as o on f.promo_key = o.promo_key
  where p.price > 50 and o.by_radio = 'N' and c.day between date '2021-08-01' and date '2021-08-31'
  group by t.site_name
)
select channel, place, sum(sales) as sales, sum(refunds) as refunds, sum(profit) as profit
from sold
group by rollup (channel, place)
order by channel, place
