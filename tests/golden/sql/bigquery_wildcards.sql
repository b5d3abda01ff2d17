-- dialect: bigquery
SELECT user_id, COUNT(*) AS n FROM `proj.site.events_*` WHERE _TABLE_SUFFIX > '20240101' GROUP BY user_id
