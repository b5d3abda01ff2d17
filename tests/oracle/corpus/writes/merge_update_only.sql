MERGE INTO w USING (SELECT k, max(z) AS z FROM v GROUP BY k) AS n ON w.p = n.k WHEN MATCHED THEN UPDATE SET r = n.z + w.q
