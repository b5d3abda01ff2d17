SELECT g, sum(a) AS total FROM t GROUP BY g QUALIFY rank() OVER (ORDER BY sum(b) DESC) = 1
