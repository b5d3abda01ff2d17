-- dialect: spark, default: lake.raw
INSERT OVERWRITE DIRECTORY '/out/mails' USING csv OPTIONS (header true) SELECT DISTINCT j.email, transform(split(j.tags, ','), t -> lower(trim(t))) AS tags FROM json.`/landing/people` AS j
