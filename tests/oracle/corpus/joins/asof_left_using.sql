select t.id, t.symbol, q.price
from trades as t
asof left join (select symbol, moment, min(price) as price from quotes group by symbol, moment) as q using (symbol, moment)
