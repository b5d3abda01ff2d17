select * from (select year(day) as y, status, amount from orders where day < date '2021-01-01')
pivot (avg(amount) for y in (2019, 2020))
