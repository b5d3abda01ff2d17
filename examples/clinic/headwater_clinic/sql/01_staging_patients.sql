-- Patients, one row each; the record number is called patient_no from here on, contact data are hashed, names stay behind.
-- reads: raw.patients
-- writes: staging.patients
CREATE OR REPLACE TABLE staging.patients AS
SELECT
    trim(p.mrn) AS patient_no,
    p.sex,
    CAST(p.birth_date AS DATE) AS birth_date,
    p.postcode,
    sha256(lower(p.email)) AS email_hash,
    md5(p.phone) AS phone_hash
FROM raw.patients AS p
