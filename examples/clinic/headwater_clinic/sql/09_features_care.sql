-- Use of the hospital per patient: visits, stay, paid amount, messages and mentions.
-- reads: staging.visits, staging.claims, staging.messages, staging.notes
-- writes: features.care
CREATE OR REPLACE TABLE features.care AS
WITH stays AS (
    SELECT patient_no, count(*) AS visits, avg(stay_hours) AS mean_stay FROM staging.visits GROUP BY patient_no
), costs AS (
    SELECT patient_no, sum(amount) AS paid FROM staging.claims GROUP BY patient_no
), talks AS (
    SELECT patient_no, count(*) AS messages FROM staging.messages GROUP BY patient_no
), mentions AS (
    SELECT patient_no, bool_or(mentions_pain) AS pain FROM staging.notes GROUP BY patient_no
)
SELECT s.patient_no, s.visits, s.mean_stay, coalesce(c.paid, 0) AS paid, coalesce(t.messages, 0) AS messages, coalesce(m.pain, false) AS pain
FROM stays AS s
LEFT JOIN costs AS c ON c.patient_no = s.patient_no
LEFT JOIN talks AS t ON t.patient_no = s.patient_no
LEFT JOIN mentions AS m ON m.patient_no = s.patient_no
