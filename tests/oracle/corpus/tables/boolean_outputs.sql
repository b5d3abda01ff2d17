SELECT a > b AS c, g IN (1, 2) AS d, s LIKE 'a%' AS e, a BETWEEN b AND g AS f FROM t
