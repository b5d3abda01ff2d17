-- dialect: ansi
CREATE TABLE lost AS SELECT email FROM subscribers EXCEPT SELECT email FROM opened INTERSECT SELECT email FROM clicked;
DELETE FROM subscribers WHERE email IN (SELECT email FROM lost);
UPDATE campaigns SET reach = (SELECT COUNT(*) FROM subscribers AS s WHERE s.campaign = campaigns.id) WHERE campaigns.open
