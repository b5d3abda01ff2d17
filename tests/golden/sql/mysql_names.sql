-- dialect: mysql
INSERT INTO Shop.Daily (ID, Mail) SELECT c.Id, LOWER(C.eMail) FROM `Shop`.`Customers` AS c, `Shop`.`Customers` AS C WHERE c.id = C.ID ON DUPLICATE KEY UPDATE mail = VALUES(Mail)
