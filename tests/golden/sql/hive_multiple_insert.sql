-- dialect: hive
FROM orders o JOIN customers c ON o.customer_id = c.customer_id
INSERT OVERWRITE TABLE revenue SELECT c.country, o.ordered_on, o.amount, c.customer_id WHERE o.status = 'paid'
INSERT OVERWRITE DIRECTORY '/lake/mails' SELECT c.email
