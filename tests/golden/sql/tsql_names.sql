-- dialect: tsql, default: Crm.dbo
SELECT TOP (10) [c].[E-Mail] AS mail INTO #hot FROM [Archive]..[Customers] AS [c] WITH (NOLOCK) JOIN far.Sales.dbo.Orders AS o ON o.cid = c.id;
INSERT INTO Contacts (mail) SELECT mail FROM #hot
