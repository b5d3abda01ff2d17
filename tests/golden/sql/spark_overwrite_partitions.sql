-- dialect: spark, default: lake.web
INSERT OVERWRITE TABLE daily_hits PARTITION (day) (country, hits, day)
SELECT /*+ BROADCAST(c) */ c.country, COUNT(DISTINCT e.visitor), to_date(e.at) FROM events AS e JOIN countries AS c ON c.code = e.country_code WHERE e.day BETWEEN '2024-01-01' AND '2024-01-07' GROUP BY c.country, to_date(e.at)
