select * exclude (maker_id) replace (price * 2 as price) rename (category as kind) from products
