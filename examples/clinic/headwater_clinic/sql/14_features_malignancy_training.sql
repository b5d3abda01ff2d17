-- Training set of the tumour model.
-- reads: lake.staging.cytology, lake.features.patient_profile
-- writes: lake.features.malignancy_training
CREATE OR REPLACE TABLE lake.features.malignancy_training AS
SELECT f.subject_ref, f.age_band, c.mean_radius, c.mean_texture, c.mean_concavity, c.worst_area, c.malignant
FROM lake.staging.cytology AS c
JOIN lake.features.patient_profile AS f ON f.subject_ref = c.patient_no
