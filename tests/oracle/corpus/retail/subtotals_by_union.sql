WITH results AS (
    SELECT i_item_id, s_state, ss_quantity AS pieces, ss_list_price AS listed
    FROM store_sales
    JOIN store ON ss_store_sk = s_store_sk
    JOIN item ON ss_item_sk = i_item_sk
    JOIN customer_demographics ON ss_cdemo_sk = cd_demo_sk
    WHERE cd_education_status = 'College' AND s_state IN ('TN', 'SD')
)
SELECT i_item_id, s_state, 0 AS g_state, avg(pieces) AS pieces, avg(listed) AS listed FROM results GROUP BY i_item_id, s_state
UNION ALL
SELECT i_item_id, NULL, 1, avg(pieces), avg(listed) FROM results GROUP BY i_item_id
UNION ALL
SELECT NULL, NULL, 1, avg(pieces), avg(listed) FROM results
ORDER BY 1 NULLS FIRST, 2 NULLS FIRST, pieces
