select left(name, 1) as initial, count(*) as n from people where initial = 'a' group by initial
