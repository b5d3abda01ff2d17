SELECT g, arg_max(s, a * 100 + b * 10 + id) AS best FROM t GROUP BY g
