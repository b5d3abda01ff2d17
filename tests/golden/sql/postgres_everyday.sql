-- dialect: postgres, default: lake.shop
INSERT INTO customers (customer_id, email) SELECT DISTINCT ON (o.customer_id) o.customer_id, lower("Contact"."eMail")::text FROM orders o JOIN "Contact" ON "Contact".id = o.customer_id ORDER BY o.customer_id, o.amount DESC ON CONFLICT (customer_id) DO UPDATE SET email = EXCLUDED.email
