select p.name, m.country from people as p left join makers as m on true where m.id = 1
