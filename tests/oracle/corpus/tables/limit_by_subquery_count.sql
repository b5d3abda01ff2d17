select id, name, category, price, maker_id from products order by all limit (select count(*) from makers where country = 'a')
