select * exclude (m.id) from makers as m join products as p on p.maker_id = m.id
