select * from makers union select id, name, city from people
