-- dialect: trino
PREPARE mail FROM SELECT email FROM people WHERE id = ?;
EXECUTE mail USING 5;
SELECT * FROM (VALUES (1, (SELECT max(email) FROM people)))
