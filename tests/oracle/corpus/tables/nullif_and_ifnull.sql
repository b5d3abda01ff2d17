SELECT nullif(a, b) AS c, ifnull(a, g) AS d, a / nullif(b, g) AS e FROM t
