CREATE MACRO wide() AS TABLE PIVOT t ON g IN (1, 2) USING sum(a) GROUP BY b; SELECT b, "1" AS one FROM wide()
