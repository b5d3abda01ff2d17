-- Claims of the warehouse, copied as they are.
-- reads: warehouse.billing.claims
-- writes: lake.raw.claims
CREATE OR REPLACE TABLE lake.raw.claims AS
SELECT claim_id, member_no, visit_id, code, amount_cents, status, booked
FROM warehouse.billing.claims
