-- dialect: oracle
CREATE OR REPLACE PROCEDURE rename_customer (p_id IN NUMBER, p_name OUT VARCHAR2) IS
BEGIN
  SELECT name INTO p_name FROM people WHERE id = p_id;
  EXECUTE IMMEDIATE 'UPDATE clients SET name = :1 WHERE id = :2' USING p_name, p_id;
EXCEPTION WHEN NO_DATA_FOUND THEN
  INSERT INTO misses (name) SELECT email FROM mailing;
END;
