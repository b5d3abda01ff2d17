-- dialect: clickhouse
INSERT INTO db.Daily (k, n) SELECT Key AS k, count() AS n FROM db.Hits WHERE day = {day:Date} GROUP BY Key
