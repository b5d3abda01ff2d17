select id, name, city, dense_rank() over (partition by city order by age) as place from people qualify place <= 2
