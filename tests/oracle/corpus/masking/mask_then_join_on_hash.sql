select a.token, o.amount
from (select md5(cast(id as varchar)) as token, city from people) as a
join orders as o on md5(cast(o.person_id as varchar)) = a.token
where a.city = 'Bern'
