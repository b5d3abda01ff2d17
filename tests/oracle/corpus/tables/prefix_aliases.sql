select n: name, c: upper(city) from p: people where p.age > 1
