SELECT md5(s) AS m, left(s, 1) AS f, hash(a) AS h FROM t
