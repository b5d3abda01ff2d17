-- dialect: clickhouse
SELECT e.user_id, argMax(e.email, e.at) AS email FROM events AS e LEFT JOIN users AS u ON u.id = e.user_id GROUP BY e.user_id
