-- One row per patient: who they are, enriched with region and age band, and how they use the hospital.
-- reads: staging.patients, features.care, features.pressure, reference.regions
-- writes: features.patient_profile
CREATE OR REPLACE TABLE features.patient_profile AS
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
FROM staging.patients AS p
LEFT JOIN reference.regions AS g ON g.postcode = p.postcode
LEFT JOIN features.care AS c ON c.patient_no = p.patient_no
LEFT JOIN features.pressure AS b ON b.patient_no = p.patient_no
