CREATE TABLE tall AS UNPIVOT (SELECT id, a, b FROM t WHERE g > 1) ON a, b INTO NAME kind VALUE amount
