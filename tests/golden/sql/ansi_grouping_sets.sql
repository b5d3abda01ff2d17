-- dialect: ansi
INSERT INTO report (region, product, total, level) SELECT s.region, s.product, SUM(s.amount), GROUPING(s.region) FROM sales AS s GROUP BY ROLLUP (s.region, s.product) HAVING SUM(s.amount) > 0
