select id,
  case when age > 3 then (select max(name) from products)
       when city = 'a' then (select min(country) from makers)
       else email end as mixed
from people
