create temp table first_step as select id, city as c from people;
create temp table second_step as select c, count(id) as n from first_step group by c;
create table result as select n, c from second_step where n > 1;
