CREATE VIEW sums AS PIVOT (SELECT city, age, active FROM people) ON city IN ('a', 'b') USING max(age) GROUP BY active
