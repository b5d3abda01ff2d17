select id, coalesce(name, email) as c, nullif(age, 2) as n, cast(age as varchar) || '-' || city as s, born + 1 as later,
  extract(month from born) as m, not active as off, age between 1 and manager_id as b, city like 'a%' as l, name is distinct from city as d
from people
