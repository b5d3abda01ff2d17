create view base as select id, price as cost, category from products;
create view dear (id, worth) as select id, cost * 2 from base where category = 'Books';
create table result as select worth, id from dear;
