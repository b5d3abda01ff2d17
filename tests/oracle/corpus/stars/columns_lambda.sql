SELECT COLUMNS(lambda c: c LIKE 'a%') FROM t
