select * from (select city, active, age, id from people)
pivot (count(*) for active in (true, false) age in (1, 2) group by city)
