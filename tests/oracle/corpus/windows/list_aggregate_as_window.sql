select distinct city, list(age order by age) over (partition by city) as ages, string_agg(name, '-' order by name) over (partition by city) as names
from people
-- unseen people.age -> * GROUP_BY: rows of one city hold one list, so no row is kept apart by it
-- unseen people.name -> * GROUP_BY: rows of one city hold one text, so no row is kept apart by it
