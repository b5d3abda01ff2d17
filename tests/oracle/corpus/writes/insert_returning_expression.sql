INSERT INTO w SELECT a, b, g FROM t WHERE s <> 'c' RETURNING p + q AS sum_of_both, r
