-- Training set of the tumour model.
-- reads: staging.cytology, features.patient_profile
-- writes: features.malignancy_training
CREATE OR REPLACE TABLE features.malignancy_training AS
SELECT f.subject_ref, f.age_band, c.mean_radius, c.mean_texture, c.mean_concavity, c.worst_area, c.malignant
FROM staging.cytology AS c
JOIN features.patient_profile AS f ON f.subject_ref = c.patient_no
