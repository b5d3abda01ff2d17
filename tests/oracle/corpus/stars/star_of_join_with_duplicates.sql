select x.* from (select * from makers as a join products as b on a.id = b.maker_id) as x
