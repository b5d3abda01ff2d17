-- dialect: tsql
DECLARE @latest DATE, @picked TABLE (who BIGINT, spent DECIMAL(10, 2))
SELECT @latest = MAX(ordered_on) FROM orders WHERE status = 'open'
INSERT INTO @picked SELECT customer_id, SUM(amount) FROM orders WHERE ordered_on = @latest GROUP BY customer_id
IF EXISTS (SELECT 1 FROM @picked WHERE spent > 100)
BEGIN
    SELECT who INTO #rich FROM @picked -- DELETE FROM orders
    UPDATE c SET c.country = 'DE' FROM customers AS c JOIN #rich AS r ON r.who = c.customer_id
END
ELSE
    DELETE FROM revenue
GO
SELECT total FROM revenue
