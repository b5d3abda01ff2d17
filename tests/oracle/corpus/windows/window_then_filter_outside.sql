select name from (select name, rank() over (partition by category order by price, maker_id) as r from products) where r = 1
