set variable v = (select min(price) from products);
set variable v = (select max(id) from makers);
select name, age + getvariable('v') as n from people;
