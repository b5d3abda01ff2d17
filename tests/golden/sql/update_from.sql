-- dialect: postgres
UPDATE orders SET amount = orders.amount * r.rate, currency = 'EUR' FROM rates AS r
WHERE r.currency = orders.currency AND r.day = orders.ordered_on
