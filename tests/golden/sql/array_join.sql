-- dialect: clickhouse
SELECT customer_id, part, sumIf(amount, status = 'paid') AS paid FROM orders FINAL ARRAY JOIN splitByChar(',', status) AS part PREWHERE amount > 1 GROUP BY customer_id, part LIMIT 1 BY customer_id SETTINGS max_threads = 1
