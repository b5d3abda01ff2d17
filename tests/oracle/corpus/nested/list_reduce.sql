SELECT list_reduce([a, b, g], lambda p, e: p + e) AS r FROM t
