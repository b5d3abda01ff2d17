WITH Totals AS (SELECT Person_Id AS Who, SUM(AMOUNT) AS "Total Spent" FROM Orders GROUP BY PERSON_ID)
SELECT WHO, "total spent" * 2 AS Twice FROM totals
