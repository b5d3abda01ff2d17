set variable wanted = 'a';
create table result as select id, amount, getvariable('wanted') as w from orders where status = getvariable('wanted');
