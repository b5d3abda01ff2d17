create macro masked(s) as left(s, 1) || '***';
create table published as select masked(name) as name, masked(email) as email, city from people;
