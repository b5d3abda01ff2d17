select city, "1", "2" * 2 as twice from (select city, age, id from people)
pivot (count(id) for age in (1, 2) group by city)
where "1" > 0
