SELECT a FROM t WHERE (id, b) IN (SELECT id, x FROM u)
