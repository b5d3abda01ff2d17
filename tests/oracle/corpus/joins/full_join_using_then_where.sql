SELECT id, a, x FROM t FULL JOIN u USING (id) WHERE coalesce(a, x) > 1
