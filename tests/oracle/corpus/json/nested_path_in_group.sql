SELECT body->>'$.a.b' AS k, count(*) AS n, max(id) AS m FROM events GROUP BY 1
