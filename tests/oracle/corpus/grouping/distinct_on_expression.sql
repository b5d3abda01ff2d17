select distinct on (left(name, 1)) name, price from products order by left(name, 1), price desc, name
