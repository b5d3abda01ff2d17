-- dialect: athena, default: awsdatacatalog.logs
INSERT INTO seen (path, lines) SELECT "$path", count(*) FROM requests GROUP BY "$path"
