UPDATE w SET q = k.m FROM (SELECT u.x, max(t.a) AS m FROM t JOIN u USING (id) GROUP BY u.x) AS k WHERE k.x = w.p
