-- dialect: redshift, default: dev.public
SELECT TOP 10 c.Email, LISTAGG(o.status, ',') WITHIN GROUP (ORDER BY o.ordered_on) AS states FROM Orders o JOIN other.sch.Customers c ON o.cid = c.id GROUP BY c.Email
