WITH c(b, a) AS (SELECT a, b FROM t), d(x) AS (SELECT a FROM c WHERE b > 1) SELECT x FROM d
