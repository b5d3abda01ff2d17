-- dialect: hive, default: web
CREATE TABLE cube AS SELECT country, device, GROUPING__ID AS level, COUNT(*) AS visits FROM visits GROUP BY country, device GROUPING SETS ((country, device), country, ())
