SELECT id, first_value(a) OVER (PARTITION BY g ORDER BY b, id, a) AS f, lead(s, 1, 'a') OVER (ORDER BY id, a, b, s) AS l FROM t
