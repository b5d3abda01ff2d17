-- dialect: tsql, default: Crm.dbo
INSERT INTO lines (order_id, sku, qty)
SELECT d.order_id, x.line.value('@sku', 'varchar(20)'), x.line.value('(qty)[1]', 'int')
FROM documents AS d CROSS APPLY d.body.nodes('/order/line') AS x(line)
WHERE d.body.exist('/order[@state="paid"]') = 1
