-- dialect: hive, default: web
SET hive.exec.dynamic.partition.mode = nonstrict;
INSERT OVERWRITE TABLE visits_by_country PARTITION (dt = '2024-01-01', country) SELECT user_id, COUNT(*), country FROM raw.hits WHERE dt = '2024-01-01' GROUP BY user_id, country
