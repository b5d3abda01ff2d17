select k, label from makers as m(k, label) where k in (select maker_id from products where price > 1)
