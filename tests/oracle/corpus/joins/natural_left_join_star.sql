select * from employees natural left join (select id, city, age from people)
