UPDATE w SET p = n.a, q = w.q + 1 FROM (SELECT id, max(a) AS a FROM t GROUP BY id) AS n WHERE w.r = n.id
