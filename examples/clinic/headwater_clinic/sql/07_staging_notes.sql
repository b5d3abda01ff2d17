-- Clinical notes reduced to what they mention; the text itself stays in raw.
-- reads: lake.raw.notes, lake.staging.visits
-- writes: lake.staging.notes
CREATE OR REPLACE TABLE lake.staging.notes AS
SELECT
    n.note_id,
    v.patient_no,
    n.text LIKE '%pain%' AS mentions_pain,
    n.text LIKE '%dizziness%' AS mentions_dizziness
FROM lake.raw.notes AS n
JOIN lake.staging.visits AS v ON v.visit_id = n.visit_id
