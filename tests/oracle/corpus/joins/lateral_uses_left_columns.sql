select p.id, t.doubled, t.label
from people as p cross join lateral (select p.age * 2 as doubled, p.name || '!' as label) as t
