-- Clinical notes reduced to what they mention; the text itself stays in raw.
-- reads: raw.notes, staging.visits
-- writes: staging.notes
CREATE OR REPLACE TABLE staging.notes AS
SELECT
    n.note_id,
    v.patient_no,
    n.text LIKE '%pain%' AS mentions_pain,
    n.text LIKE '%dizziness%' AS mentions_dizziness
FROM raw.notes AS n
JOIN staging.visits AS v ON v.visit_id = n.visit_id
