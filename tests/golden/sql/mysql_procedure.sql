-- dialect: mysql
DELIMITER //
CREATE PROCEDURE refresh(OUT seen INT)
BEGIN
  DECLARE done INT DEFAULT FALSE;
  DECLARE who BIGINT;
  DECLARE c CURSOR FOR SELECT customer_id FROM customers WHERE country = 'DE';
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = TRUE;
  OPEN c;
  each_one: LOOP
    FETCH c INTO who;
    IF done THEN LEAVE each_one; END IF;
    REPLACE INTO revenue (country, buyers) SELECT status, who FROM orders WHERE customer_id = who;
  END LOOP;
  CLOSE c;
  SELECT COUNT(*) INTO seen FROM revenue;
END //
DELIMITER ;
CALL refresh(@seen);
INSERT INTO rates (rate) VALUES (@seen) ON DUPLICATE KEY UPDATE rate = VALUES(rate) + 1
