-- dialect: spark
INSERT OVERWRITE TABLE rates PARTITION (day = '2024-01-01') SELECT currency, rate FROM feed_rates
