select translate(phone, 'abc', 'xyz') as p, reverse(name) as r, upper(substring(notes from 1 for 2)) as n, ascii(city) as a from people
