SELECT a + b AS c FROM t WHERE c > 3
