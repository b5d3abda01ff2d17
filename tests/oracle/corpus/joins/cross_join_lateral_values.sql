SELECT t.id, o.v FROM t CROSS JOIN LATERAL (VALUES (t.a), (t.b)) AS o(v) WHERE o.v > 1
