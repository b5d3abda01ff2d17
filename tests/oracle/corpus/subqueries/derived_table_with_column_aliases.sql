select t.b, t.a + 1 as c
from (select id, name from people where active) as t(a, b)
