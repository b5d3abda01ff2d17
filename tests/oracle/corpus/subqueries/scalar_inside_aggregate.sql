select city, sum(age + (select count(*) from makers where country = 'a')) as n from people group by city
