select * from makers join products using (id, name)
