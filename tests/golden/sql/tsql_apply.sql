-- dialect: tsql, default: Crm.dbo
SELECT c.id, x.total FROM Customers c OUTER APPLY (SELECT SUM(o.amount) AS total FROM Orders o WHERE o.cid = c.id) AS x WHERE c.id = @id
