-- dialect: postgres
INSERT INTO customers (customer_id, email) SELECT id, mail FROM arrivals
ON CONFLICT (customer_id) DO UPDATE SET email = excluded.email WHERE customers.country = 'DE'
RETURNING customer_id, email
