-- One row per patient: who they are, enriched with region and age band, and how they use the hospital.
-- reads: lake.staging.patients, lake.features.care, lake.features.pressure, lake.reference.regions
-- writes: lake.features.patient_profile
CREATE OR REPLACE TABLE lake.features.patient_profile AS
SELECT
    p.patient_no AS subject_ref,
    p.sex,
    date_diff('year', p.birth_date, DATE '2025-12-31') // 10 * 10 AS age_band,
    g.region,
    coalesce(c.visits, 0) AS visits,
    c.mean_stay,
    c.paid,
    c.messages,
    c.pain,
    b.mean_pressure,
    b.mean_pulse
FROM lake.staging.patients AS p
LEFT JOIN lake.reference.regions AS g ON g.postcode = p.postcode
LEFT JOIN lake.features.care AS c ON c.patient_no = p.patient_no
LEFT JOIN lake.features.pressure AS b ON b.patient_no = p.patient_no
