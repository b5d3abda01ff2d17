SELECT cp_department, top.item_name, top.paid
FROM catalog_page,
LATERAL (
    SELECT i_product_name AS item_name, sum(cs_net_paid) AS paid
    FROM catalog_sales
    JOIN item ON i_item_sk = cs_item_sk
    WHERE cs_catalog_page_sk = cp_catalog_page_sk
    GROUP BY i_product_name
) AS top
WHERE cp_type IN ('bi-annual', 'quarterly')
ORDER BY ALL
