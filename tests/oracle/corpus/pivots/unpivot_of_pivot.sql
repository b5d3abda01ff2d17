select person_id, s, v
from (select * from (select person_id, status, quantity from orders) pivot (sum(quantity) for status in ('open', 'done')))
unpivot (v for s in (open, done))
