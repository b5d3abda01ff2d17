SELECT j->>'$.m.n' AS n, (j->'k')::INTEGER AS k FROM n
