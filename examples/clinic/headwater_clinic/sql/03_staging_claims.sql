-- Paid claims, in euros, tied to the visit they bill.
-- reads: raw.claims, staging.visits
-- writes: staging.claims
CREATE OR REPLACE TABLE staging.claims AS
SELECT c.claim_id, v.patient_no, v.visit_id, c.code, c.amount_cents / 100.0 AS amount, c.booked
FROM raw.claims AS c
JOIN staging.visits AS v ON v.visit_id = c.visit_id
WHERE c.status = 'paid'
