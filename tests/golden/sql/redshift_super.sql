-- dialect: redshift, default: dev.shop
CREATE TABLE order_lines AS
SELECT c.c_custkey, o.o_orderstatus, l.l_quantity, position, attribute, setting
FROM raw.customers AS c, c.c_orders AS o, o.o_lines AS l AT position, UNPIVOT l.settings AS setting AT attribute
WHERE l.l_quantity > 0
