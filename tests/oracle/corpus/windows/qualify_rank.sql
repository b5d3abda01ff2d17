SELECT id, a FROM t QUALIFY row_number() OVER (PARTITION BY g ORDER BY b, id, a, s) = 1
