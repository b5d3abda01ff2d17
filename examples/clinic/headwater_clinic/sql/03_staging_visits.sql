-- Visits that took place, with their length of stay.
-- reads: lake.raw.visits, lake.staging.patients
-- writes: lake.staging.visits
CREATE OR REPLACE TABLE lake.staging.visits AS
SELECT
    v.visit_id,
    p.patient_no,
    v.department,
    v.reason,
    CAST(v.admitted AS TIMESTAMP) AS admitted,
    date_diff('hour', CAST(v.admitted AS TIMESTAMP), CAST(v.discharged AS TIMESTAMP)) AS stay_hours
FROM lake.raw.visits AS v
JOIN lake.staging.patients AS p ON p.patient_no = trim(v.mrn)
WHERE v.status = 'done'
