WITH c(m, n) AS (SELECT b, a FROM t) SELECT m FROM c WHERE n > 1
