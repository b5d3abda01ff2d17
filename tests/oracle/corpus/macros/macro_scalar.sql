CREATE TEMP MACRO plus(p, q) AS p + q; SELECT plus(a, b) AS c FROM t
