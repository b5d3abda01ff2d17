select person_id, status, n,
  row_number() over (order by n, person_id, status) as up,
  row_number() over (partition by status order by n desc, person_id) as down
from (select person_id, status, count(*) as n from orders group by all)
