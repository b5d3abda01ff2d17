SELECT a, (SELECT sum(nullif(x, t.g)) FROM u WHERE u.id = t.id) AS c FROM t
