SELECT map([s], [a]) AS m FROM t
