-- dialect: postgres, default: app.public
CREATE TABLE sessions AS
WITH marked AS (
    SELECT e.user_id, e.at, CASE WHEN e.at - LAG(e.at) OVER (PARTITION BY e.user_id ORDER BY e.at) > INTERVAL '30 minutes' THEN 1 ELSE 0 END AS is_new
    FROM events AS e
), numbered AS (
    SELECT m.user_id, m.at, SUM(m.is_new) OVER (PARTITION BY m.user_id ORDER BY m.at) AS session_no FROM marked AS m
)
SELECT n.user_id, n.session_no, MIN(n.at) AS started, MAX(n.at) AS ended, COUNT(*) AS hits FROM numbered AS n GROUP BY n.user_id, n.session_no
