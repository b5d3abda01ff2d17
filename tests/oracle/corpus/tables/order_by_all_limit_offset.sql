select name, city from people order by all limit 2 offset 1
