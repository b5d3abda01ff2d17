select * like '%e%' from people
