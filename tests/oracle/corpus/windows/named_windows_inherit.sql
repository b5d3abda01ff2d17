select id, city, age,
  count(*) over w as n,
  sum(age) over (w order by id, age, name range between unbounded preceding and current row) as running
from people
window w as (partition by city)
