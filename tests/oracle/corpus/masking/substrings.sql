select left(name, 1) as initial, substr(phone, 1, 2) as prefix, right(email, 2) as tail, city[1] as c from people
