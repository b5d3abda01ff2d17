select city from people group by city order by sum(age) desc, city limit 2
