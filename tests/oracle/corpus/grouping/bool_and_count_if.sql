SELECT g, bool_and(a > 1) AS every, count_if(b > 2) AS many, max(a, 2) AS top FROM t GROUP BY g
