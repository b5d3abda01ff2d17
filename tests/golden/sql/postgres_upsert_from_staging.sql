-- dialect: postgres, default: app.public
WITH latest AS (
    SELECT DISTINCT ON (s.external_id) s.external_id, s.email, s.plan, s.updated_at
    FROM staging.accounts AS s
    WHERE s.loaded_at > (SELECT COALESCE(MAX(l.loaded_at), '-infinity') FROM ops.load_log AS l WHERE l.target = 'accounts')
    ORDER BY s.external_id, s.updated_at DESC
)
INSERT INTO accounts AS a (external_id, email, plan, updated_at)
SELECT external_id, lower(email), plan, updated_at FROM latest
ON CONFLICT (external_id) DO UPDATE
SET email = EXCLUDED.email, plan = COALESCE(EXCLUDED.plan, a.plan), updated_at = EXCLUDED.updated_at
WHERE a.updated_at < EXCLUDED.updated_at
