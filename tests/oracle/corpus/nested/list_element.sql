SELECT l[1] AS first, len(l) AS size FROM n
