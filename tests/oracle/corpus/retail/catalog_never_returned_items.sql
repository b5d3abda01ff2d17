WITH kept AS (
    SELECT cs_item_sk AS item_key, cs_quantity AS pieces, cs_net_paid AS paid
    FROM catalog_sales
    WHERE NOT EXISTS (
        SELECT 1
        FROM catalog_returns
        WHERE cr_item_sk = cs_item_sk AND cr_order_number = cs_order_number
    )
)
SELECT i_product_name, sum(pieces) AS pieces, sum(paid) AS paid, min(paid / pieces) AS cheapest
FROM kept
JOIN item ON i_item_sk = item_key
WHERE i_color IN ('red', 'plum') OR i_units = 'Dozen'
GROUP BY i_product_name
HAVING sum(pieces) > 0
ORDER BY paid DESC, i_product_name
LIMIT 20
