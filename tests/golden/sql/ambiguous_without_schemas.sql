-- dialect: postgres
SELECT a.id, price FROM a JOIN b ON a.id = b.a_id WHERE discount > 0
