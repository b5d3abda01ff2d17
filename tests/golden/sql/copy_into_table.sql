-- dialect: postgres
COPY customers (customer_id, email) FROM '/drop/customers.csv'
