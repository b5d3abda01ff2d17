-- Paid claims, in euros, tied to the visit they bill.
-- reads: lake.raw.claims, lake.staging.visits
-- writes: lake.staging.claims
CREATE OR REPLACE TABLE lake.staging.claims AS
SELECT c.claim_id, v.patient_no, v.visit_id, c.code, c.amount_cents / 100.0 AS amount, c.booked
FROM lake.raw.claims AS c
JOIN lake.staging.visits AS v ON v.visit_id = c.visit_id
WHERE c.status = 'paid'
