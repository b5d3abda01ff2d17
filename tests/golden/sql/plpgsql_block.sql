-- dialect: postgres
DO $$
DECLARE
    top RECORD;
    average NUMERIC := (SELECT avg(amount) FROM orders);
BEGIN
    FOR top IN SELECT customer_id, amount FROM orders WHERE amount > average LOOP
        INSERT INTO revenue (buyers, total) VALUES (top.customer_id, top.amount);
    END LOOP;
    EXECUTE 'UPDATE revenue SET country = upper(country)';
    EXECUTE format('DROP TABLE %I', 'x');
EXCEPTION WHEN OTHERS THEN
    DELETE FROM revenue;
END $$
