-- dialect: hive, default: web
INSERT OVERWRITE LOCAL DIRECTORY '/tmp/top' ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' SELECT /*+ MAPJOIN(c) */ c.name, h.hits FROM hits h JOIN countries c ON h.code = c.code DISTRIBUTE BY c.name SORT BY h.hits DESC LIMIT 100
