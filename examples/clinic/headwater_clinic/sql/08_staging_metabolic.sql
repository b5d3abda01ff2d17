-- The newest metabolic panel of each patient.
-- reads: lake.raw.metabolic_panel, lake.staging.patients
-- writes: lake.staging.metabolic
CREATE OR REPLACE TABLE lake.staging.metabolic AS
WITH ranked AS (
    SELECT m.*, row_number() OVER (PARTITION BY m.record_no ORDER BY m.batch_id DESC) AS newest
    FROM lake.raw.metabolic_panel AS m
)
SELECT p.patient_no, r.batch_id, r.bmi, r.glucose, r.ldl, r.hdl, r.total_cholesterol / r.hdl AS cholesterol_ratio, r.ltg, r.progression
FROM ranked AS r
JOIN lake.staging.patients AS p ON p.patient_no = r.record_no
WHERE r.newest = 1
