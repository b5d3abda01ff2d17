SELECT c_last_name, c_first_name
FROM store_sales
JOIN customer ON ss_customer_sk = c_customer_sk
EXCEPT
SELECT c_last_name, c_first_name
FROM catalog_sales
JOIN customer ON cs_bill_customer_sk = c_customer_sk
EXCEPT
SELECT c_last_name, c_first_name
FROM web_sales
JOIN customer ON ws_bill_customer_sk = c_customer_sk
ORDER BY 1, 2
