-- dialect: hive, default: raw
CREATE EXTERNAL TABLE IF NOT EXISTS logs (ip STRING, line STRING) PARTITIONED BY (dt STRING) STORED AS TEXTFILE LOCATION '/data/logs';
ALTER TABLE logs ADD IF NOT EXISTS PARTITION (dt = '2024-01-01');
INSERT INTO TABLE web.agents (agent, n) SELECT regexp_extract(line, '"([^"]*)"$', 1), COUNT(DISTINCT ip) FROM logs WHERE dt = '2024-01-01' GROUP BY regexp_extract(line, '"([^"]*)"$', 1)
