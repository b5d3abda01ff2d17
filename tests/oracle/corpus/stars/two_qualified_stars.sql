select p.*, m.country from products as p join makers as m on m.id = p.maker_id
