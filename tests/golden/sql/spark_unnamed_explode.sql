-- dialect: spark, default: lake.web
CREATE TABLE pairs AS SELECT id, explode(from_json(properties, 'map<string,string>')) FROM events
