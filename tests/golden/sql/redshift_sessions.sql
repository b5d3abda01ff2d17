-- dialect: redshift, default: dev.public
CREATE TABLE sessions AS
SELECT user_id, session, LISTAGG(page, '>') WITHIN GROUP (ORDER BY at) AS path, DATEDIFF(second, MIN(at), MAX(at)) AS seconds
FROM (SELECT user_id, at, page, SUM(CASE WHEN gap > 1800 THEN 1 ELSE 0 END) OVER (PARTITION BY user_id ORDER BY at ROWS UNBOUNDED PRECEDING) AS session
      FROM (SELECT user_id, at, page, DATEDIFF(second, LAG(at) OVER (PARTITION BY user_id ORDER BY at), at) AS gap FROM hits) AS g) AS s
GROUP BY user_id, session
