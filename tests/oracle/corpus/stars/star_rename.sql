SELECT * RENAME (a AS first, b AS second) FROM t
