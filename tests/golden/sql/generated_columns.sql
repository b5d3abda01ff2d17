-- dialect: duckdb
CREATE TABLE bills (net INTEGER, tax INTEGER, gross INTEGER GENERATED ALWAYS AS (net + tax), half INTEGER AS (net // 2));
INSERT INTO bills (net, tax) SELECT amount, 19 FROM orders;
SELECT gross, half FROM bills
