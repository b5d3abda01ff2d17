SELECT id, sum(a) OVER (PARTITION BY g) AS total FROM t QUALIFY total > 4
