select id, s, sum(age) over w as t
from (select id, age, city, sum(age) over w as s from people window w as (partition by active))
window w as (partition by city)
