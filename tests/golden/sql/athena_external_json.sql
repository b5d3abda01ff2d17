-- dialect: athena, default: awsdatacatalog.logs
CREATE EXTERNAL TABLE requests (ip string, at string, body string) PARTITIONED BY (dt string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://logs/requests/';
MSCK REPAIR TABLE requests;
INSERT INTO clean (ip, status, dt) SELECT regexp_replace(ip, '\.\d+$', '.0'), CAST(json_extract_scalar(body, '$.status') AS integer), dt FROM requests WHERE dt = '2024-01-01'
