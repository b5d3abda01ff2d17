-- Visits that took place, with their length of stay.
-- reads: raw.visits, staging.patients
-- writes: staging.visits
CREATE OR REPLACE TABLE staging.visits AS
SELECT
    v.visit_id,
    p.patient_no,
    v.department,
    v.reason,
    CAST(v.admitted AS TIMESTAMP) AS admitted,
    date_diff('hour', CAST(v.admitted AS TIMESTAMP), CAST(v.discharged AS TIMESTAMP)) AS stay_hours
FROM raw.visits AS v
JOIN staging.patients AS p ON p.patient_no = trim(v.mrn)
WHERE v.status = 'done'
