SELECT coalesce(a, b) AS c, nullif(b, g) AS d, ifnull(s, 'c') AS e FROM t
