SELECT id, sum(a) OVER w AS p, max(b) OVER w AS q FROM t WINDOW w AS (PARTITION BY s)
