select name, age from people
where age in (select max(age) from people group by city) and city in ('a', 'b', 'ab')
