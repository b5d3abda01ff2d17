select id, count(*) as n
from people full join orders using (id) full join makers using (id)
group by id
