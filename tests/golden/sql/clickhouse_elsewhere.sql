-- dialect: clickhouse, default: web
INSERT INTO hits_named (ts, country, amount, previous)
SELECT toDateTime(h.ts), dictGetOrDefault('geo.countries', 'name', h.country_id, 'unknown'), visitParamExtractInt(h.props, 'amount'), neighbor(h.amount, -1)
FROM s3('https://bucket/hits/*.csv', 'key', 'secret', 'CSVWithNames', 'ts UInt64, country_id UInt64, props String, amount Decimal(9, 2)') AS h
WHERE h.amount > 0
