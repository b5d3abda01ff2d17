-- dialect: snowflake
CREATE OR REPLACE STREAM news ON TABLE orders;
BEGIN
  INSERT INTO stock (id) SELECT amount FROM news WHERE METADATA$ACTION = 'INSERT';
EXCEPTION
  WHEN STATEMENT_ERROR THEN
    INSERT INTO misses (name) SELECT email FROM people;
  WHEN OTHER THEN
    INSERT INTO misses (name) SELECT column2 FROM VALUES (1, (SELECT max(email) FROM people));
END;
