select city, active, age, count(*) as n from people group by rollup ((city, active), age)
