SELECT v1.n, t.a FROM (VALUES (1, 'a'), (2, 'b')) AS v1(n, c) JOIN t ON t.s = v1.c
