select t.a, t.name, t.city from (select id, name, city from people) as t(a)
