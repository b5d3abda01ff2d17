CREATE MACRO above(least) AS TABLE SELECT id, a FROM t WHERE b > least; SELECT f.a, p.name FROM above(1) AS f JOIN people AS p ON p.id = f.id
