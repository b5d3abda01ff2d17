-- dialect: hive, default: cat.web
INSERT OVERWRITE TABLE Daily PARTITION (dt) SELECT u.Id, collect_set(u.Tag), u.dt FROM Raw.Users u GROUP BY u.Id, u.dt
