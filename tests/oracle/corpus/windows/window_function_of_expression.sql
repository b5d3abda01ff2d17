select id, rank() over (partition by left(name, 1), age > 2 order by coalesce(city, 'c'), -age) as r from people
