SELECT t.a, f.n FROM (VALUES (1, 'one'), (2, 'two')) AS f(k, n) JOIN t ON t.id = f.k
