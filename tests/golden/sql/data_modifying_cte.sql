-- dialect: postgres
WITH gone AS (DELETE FROM orders WHERE status = 'void' RETURNING *) INSERT INTO archive SELECT * FROM gone
