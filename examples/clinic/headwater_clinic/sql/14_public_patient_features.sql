-- The features handed to research partners; declared free of identifiers.
-- reads: features.patient_profile, staging.metabolic
-- writes: public.patient_features
CREATE OR REPLACE TABLE public.patient_features AS
SELECT
    'C' || lpad(f.subject_ref, 9, '0') AS case_code,
    f.sex,
    f.age_band,
    f.region,
    f.visits,
    round(m.bmi) AS bmi,
    CASE WHEN m.glucose >= 100 THEN 'raised' WHEN m.glucose IS NULL THEN 'unknown' ELSE 'normal' END AS glucose_level
FROM features.patient_profile AS f
LEFT JOIN staging.metabolic AS m ON m.patient_no = f.subject_ref
