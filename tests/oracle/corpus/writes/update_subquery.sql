UPDATE w SET r = (SELECT sum(z) FROM v WHERE k = w.p) WHERE q > 1
