select rpad(left(name, 1), 4, '*') as n, repeat('*', length(phone)) as p, concat_ws('-', left(city, 1), 'x') as c from people
