-- dialect: postgres
WITH moved AS (
    DELETE FROM orders USING customers AS c WHERE c.customer_id = orders.customer_id AND c.country = 'XX'
    RETURNING orders.order_id, c.email, orders.amount
), kept AS (
    INSERT INTO revenue (buyers, total) SELECT order_id, amount FROM moved RETURNING total
)
UPDATE rates SET (rate, currency) = (SELECT max(total), 'EUR' FROM kept) WHERE day < '2024-01-01'
