select city, list_transform(members, lambda m: m.n) as names
from (select city, list({'n': name, 'a': age} order by age, name) as members from people group by city)
