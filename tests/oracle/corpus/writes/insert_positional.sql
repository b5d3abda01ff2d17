INSERT INTO w SELECT a, b, g FROM t WHERE s = 'a'
