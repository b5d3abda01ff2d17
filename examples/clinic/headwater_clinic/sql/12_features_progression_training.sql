-- Training set of the progression model: the metabolic panel beside the profile.
-- reads: staging.metabolic, features.patient_profile
-- writes: features.progression_training
CREATE OR REPLACE TABLE features.progression_training AS
SELECT f.subject_ref, f.age_band, f.visits, m.bmi, m.glucose, m.ldl, m.hdl, m.cholesterol_ratio, m.ltg, m.progression
FROM staging.metabolic AS m
JOIN features.patient_profile AS f ON f.subject_ref = m.patient_no
