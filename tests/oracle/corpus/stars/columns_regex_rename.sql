select columns('(.*)_id') as 'ref_\1' from orders
