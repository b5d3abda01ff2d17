SELECT id, a FROM t WINDOW w AS (PARTITION BY g ORDER BY b, id, a) QUALIFY row_number() OVER w = 1
