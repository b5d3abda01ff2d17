select country, name, count(*) as n from makers group by country, rollup (name)
