-- Use of the hospital per patient: visits, stay, paid amount, messages and mentions.
-- reads: lake.staging.visits, lake.staging.claims, lake.staging.messages, lake.staging.notes
-- writes: lake.features.care
CREATE OR REPLACE TABLE lake.features.care AS
WITH stays AS (
    SELECT patient_no, count(*) AS visits, avg(stay_hours) AS mean_stay FROM lake.staging.visits GROUP BY patient_no
), costs AS (
    SELECT patient_no, sum(amount) AS paid FROM lake.staging.claims GROUP BY patient_no
), talks AS (
    SELECT patient_no, count(*) AS messages FROM lake.staging.messages GROUP BY patient_no
), mentions AS (
    SELECT patient_no, bool_or(mentions_pain) AS pain FROM lake.staging.notes GROUP BY patient_no
)
SELECT s.patient_no, s.visits, s.mean_stay, coalesce(c.paid, 0) AS paid, coalesce(t.messages, 0) AS messages, coalesce(m.pain, false) AS pain
FROM stays AS s
LEFT JOIN costs AS c ON c.patient_no = s.patient_no
LEFT JOIN talks AS t ON t.patient_no = s.patient_no
LEFT JOIN mentions AS m ON m.patient_no = s.patient_no
