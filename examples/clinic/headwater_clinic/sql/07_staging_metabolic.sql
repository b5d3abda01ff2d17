-- The newest metabolic panel of each patient.
-- reads: raw.metabolic_panel, staging.patients
-- writes: staging.metabolic
CREATE OR REPLACE TABLE staging.metabolic AS
WITH ranked AS (
    SELECT m.*, row_number() OVER (PARTITION BY m.record_no ORDER BY m._dlt_load_id DESC) AS newest
    FROM raw.metabolic_panel AS m
)
SELECT
    p.patient_no,
    r._dlt_load_id AS batch_id,
    r.bmi,
    r.glucose,
    r.ldl,
    r.hdl,
    r.total_cholesterol / r.hdl AS cholesterol_ratio,
    r.ltg,
    r.progression
FROM ranked AS r
JOIN staging.patients AS p ON p.patient_no = r.record_no
WHERE r.newest = 1
