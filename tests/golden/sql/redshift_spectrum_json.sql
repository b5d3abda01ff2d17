-- dialect: redshift, default: dev.public
INSERT INTO purchases (user_id, amount, coupon) SELECT e.user_id, JSON_EXTRACT_PATH_TEXT(e.body, 'amount')::decimal(9,2), NULLIF(e.props.coupon::varchar, '') FROM spectrum.events AS e WHERE e.dt = '2024-01-01' AND e.body LIKE '%purchase%'
