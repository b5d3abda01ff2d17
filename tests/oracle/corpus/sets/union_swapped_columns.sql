select name, city from people union select city, name from people
