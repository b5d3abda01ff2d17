select lower(city) as city, count(*) as n from people group by city
