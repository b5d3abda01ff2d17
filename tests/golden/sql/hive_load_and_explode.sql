-- dialect: hive, default: raw
LOAD DATA INPATH '/in/orders' OVERWRITE INTO TABLE landing PARTITION (dt = '2024-01-01');
CREATE TABLE shop.tags AS SELECT l.id, lower(t.tag) AS tag, t.pos FROM landing l LATERAL VIEW OUTER posexplode(split(l.tags, ';')) t AS pos, tag
