SELECT DISTINCT g, max(a) OVER (PARTITION BY g) AS m FROM t
-- unseen t.a -> * GROUP_BY: one group has one maximum
