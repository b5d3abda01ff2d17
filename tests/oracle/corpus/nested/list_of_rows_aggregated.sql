select city, list({'n': name, 'a': age} order by age, name) as members from people group by city
