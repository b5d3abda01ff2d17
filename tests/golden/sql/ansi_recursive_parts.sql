-- dialect: ansi
CREATE VIEW all_parts AS
WITH RECURSIVE parts (root, part, amount) AS (
    SELECT b.parent, b.child, b.amount FROM bom AS b WHERE b.parent IS NOT NULL
    UNION ALL
    SELECT p.root, b.child, p.amount * b.amount FROM parts AS p JOIN bom AS b ON b.parent = p.part
)
SELECT root, part, SUM(amount) AS amount FROM parts GROUP BY root, part
