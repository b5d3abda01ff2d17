select p.id, m.country from products as p join makers as m on p.maker_id between m.id - 1 and m.id and p.price < 4
