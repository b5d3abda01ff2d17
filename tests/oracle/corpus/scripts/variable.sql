SET VARIABLE low = (SELECT min(z) FROM v);
SELECT a FROM t WHERE b > getvariable('low')
