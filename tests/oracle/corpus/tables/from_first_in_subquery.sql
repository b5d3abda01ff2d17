select id, n from (from people select id, age + 1 as n) where n > 2
