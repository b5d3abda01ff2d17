select city, active, sum(age) as total
from people
where id > 0
group by city, active
having count(*) > 1
qualify rank() over (partition by active order by sum(age)) <= 2
