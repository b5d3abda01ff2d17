-- dialect: tsql
DECLARE @q NVARCHAR(200) = N'INSERT INTO revenue (total) SELECT amount FROM orders'
EXEC sp_executesql @q
SET @q = N'DELETE FROM ' + @t
EXEC (@q)
EXEC sp_rename 'orders', 'orders_old'
BEGIN
    UPDATE rates SET rate = 1
