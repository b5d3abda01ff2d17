SELECT cast(morning.n AS DOUBLE) / nullif(evening.n, 0) AS ratio
FROM (
    SELECT count(*) AS n
    FROM web_sales
    JOIN time_dim ON ws_sold_time_sk = t_time_sk
    JOIN web_page ON ws_web_page_sk = wp_web_page_sk
    WHERE t_hour BETWEEN 8 AND 9 AND wp_char_count > 10
) AS morning,
(
    SELECT count(*) AS n
    FROM web_sales
    JOIN time_dim ON ws_sold_time_sk = t_time_sk
    JOIN household_demographics ON ws_ship_hdemo_sk = hd_demo_sk
    WHERE t_hour BETWEEN 19 AND 20 AND hd_dep_count = 6
) AS evening
