select left(category, 1) as initial, maker_id % 2, sum(price) as total from products group by initial, 2
