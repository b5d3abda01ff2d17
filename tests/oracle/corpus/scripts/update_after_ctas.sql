CREATE TEMP TABLE m AS SELECT id, x FROM u;
UPDATE m SET x = (SELECT max(z) FROM v WHERE v.k = m.id)
-- unseen u.x -> m.x IDENTITY: a later statement overwrites the column in all rows
