-- dialect: trino, default: hive.web
INSERT INTO iceberg.marts.filled (day, name, spent)
SELECT date_add('day', n.sequential_number, DATE '2024-01-01'), c.name, c.spent
FROM TABLE(sequence(start => 0, stop => 365)) AS n
CROSS JOIN TABLE(exclude_columns(input => TABLE(customers), columns => DESCRIPTOR(email))) AS c
