create macro pick(age) as age + 1;
select pick(id) as v from people;
