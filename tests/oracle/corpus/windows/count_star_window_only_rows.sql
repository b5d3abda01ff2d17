select id, count(*) over () as n from people where age in (1, 2)
