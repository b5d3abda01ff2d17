-- dialect: mysql, default: shop
INSERT INTO daily (day, visits, last_seen)
SELECT day, COUNT(*), MAX(at) FROM raw.visits WHERE day >= '2024-01-01' GROUP BY day
ON DUPLICATE KEY UPDATE visits = visits + VALUES(visits), last_seen = GREATEST(last_seen, VALUES(last_seen))
