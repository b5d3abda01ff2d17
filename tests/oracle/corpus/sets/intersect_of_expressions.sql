select age + 1 as v, upper(city) as w from people intersect select id, upper(country) from makers
