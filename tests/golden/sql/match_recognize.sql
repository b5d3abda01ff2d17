-- dialect: trino
SELECT m.customer_id, m.bottom FROM orders MATCH_RECOGNIZE (
  PARTITION BY customer_id ORDER BY ordered_on
  MEASURES LAST(down.amount) AS bottom, MATCH_NUMBER() AS n
  ONE ROW PER MATCH PATTERN (start down+ up) DEFINE down AS down.amount < PREV(down.amount), up AS up.amount > PREV(up.amount)
) AS m
