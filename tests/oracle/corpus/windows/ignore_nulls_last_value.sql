SELECT id, last_value(a IGNORE NULLS) OVER (PARTITION BY g ORDER BY b, id, a) AS c FROM t
