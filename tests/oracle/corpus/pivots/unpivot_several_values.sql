select id, part, a, b from (select id, name, city, email, status from people join orders using (id))
unpivot ((a, b) for part in ((name, city), (email, status)))
