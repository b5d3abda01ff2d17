-- Cytology results with the diagnosis as a flag.
-- reads: raw.cytology, staging.patients
-- writes: staging.cytology
CREATE OR REPLACE TABLE staging.cytology AS
SELECT p.patient_no, c.mean_radius, c.mean_texture, c.mean_concavity, c.worst_area, CASE WHEN c.diagnosis = 'malignant' THEN 1 ELSE 0 END AS malignant
FROM raw.cytology AS c
JOIN staging.patients AS p ON p.patient_no = c.record_no
