select case when age < 2 then 'young' when age < 4 then 'middle' else 'old' end as band, {'c': city, 'a': active} as key, count(*) as n
from people group by band, key
