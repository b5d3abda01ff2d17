select p.id, p as whole from (select id, city from people) as p where p.city = 'a'
