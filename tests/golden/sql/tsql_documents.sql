-- dialect: tsql, default: Crm.dbo
INSERT INTO outbox (customer_id, body, tags)
SELECT c.id,
       (SELECT o.id AS [order.id], o.amount FROM orders AS o WHERE o.cid = c.id ORDER BY o.id FOR JSON PATH, INCLUDE_NULL_VALUES) AS body,
       STUFF((SELECT ',' + t.name FROM tags AS t WHERE t.cid = c.id FOR XML PATH(''), TYPE).value('.', 'nvarchar(max)'), 1, 1, '') AS tags
FROM customers AS c
WHERE c.active = 1
OPTION (MAXDOP 2, RECOMPILE)
