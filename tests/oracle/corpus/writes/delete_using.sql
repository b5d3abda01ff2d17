DELETE FROM w USING t WHERE w.p = t.a AND t.g > 1
