-- dialect: snowflake
INSERT INTO db.s.t (id, mail) SELECT s.$1, UPPER(s.$3) FROM @db.s.stage/2026/x.csv AS s
