SELECT id, kind, sum(amount) AS total FROM (UNPIVOT (SELECT id, a, b, g FROM t) ON COLUMNS(* EXCLUDE (id)) INTO NAME kind VALUE amount) GROUP BY ALL
