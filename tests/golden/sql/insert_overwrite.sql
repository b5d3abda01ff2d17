-- dialect: spark
INSERT OVERWRITE TABLE revenue SELECT country, month, total, buyers FROM revenue_new
