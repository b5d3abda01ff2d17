select * not like '%a%', * similar to '.*e' from products
