WITH web AS (
    SELECT ws_item_sk AS item_key, d_date, sum(sum(ws_sales_price)) OVER (PARTITION BY ws_item_sk ORDER BY d_date) AS running
    FROM web_sales
    JOIN date_dim ON ws_sold_date_sk = d_date_sk
    GROUP BY ws_item_sk, d_date
),
shop AS (
    SELECT ss_item_sk AS item_key, d_date, sum(sum(ss_sales_price)) OVER (PARTITION BY ss_item_sk ORDER BY d_date) AS running
    FROM store_sales
    JOIN date_dim ON ss_sold_date_sk = d_date_sk
    GROUP BY ss_item_sk, d_date
),
both_channels AS (
    SELECT
        coalesce(web.item_key, shop.item_key) AS item_key,
        coalesce(web.d_date, shop.d_date) AS day,
        web.running AS web_running,
        shop.running AS shop_running
    FROM web
    FULL OUTER JOIN shop ON web.item_key = shop.item_key AND web.d_date = shop.d_date
)
SELECT
    *,
    max(web_running) OVER (PARTITION BY item_key ORDER BY day) AS web_top,
    max(shop_running) OVER (PARTITION BY item_key ORDER BY day) AS shop_top
FROM both_channels
ORDER BY item_key, day
