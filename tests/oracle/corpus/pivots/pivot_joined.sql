select m.name, p.books, p.music
from makers as m join (
  select * from (select maker_id, category, price from products)
  pivot (sum(price) for category in ('Books' as books, 'Music' as music))
) as p on p.maker_id = m.id
