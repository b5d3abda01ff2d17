select kind, count(*) as n, max(v) as top
from (select 'p' as kind, age as v from people union all select 'o', quantity from orders union all select 'm', id from makers)
where v > 1
group by kind
