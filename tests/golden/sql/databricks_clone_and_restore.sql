-- dialect: databricks, default: main.gold
CREATE OR REPLACE TABLE sales_backup DEEP CLONE sales VERSION AS OF 12;
OPTIMIZE sales ZORDER BY (region);
VACUUM sales RETAIN 168 HOURS;
INSERT INTO audit (region, rows) SELECT region, count(*) FROM sales_backup TIMESTAMP AS OF '2024-01-01' GROUP BY region
