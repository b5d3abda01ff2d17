-- Monitor readings with the mean arterial pressure and its average over the last three readings of the visit.
-- reads: raw.vitals, staging.visits
-- writes: staging.vitals
CREATE OR REPLACE TABLE staging.vitals AS
SELECT
    v.patient_no,
    r.visit_id,
    CAST(r.measured AS TIMESTAMP) AS measured,
    r.pulse,
    (r.systolic + 2 * r.diastolic) / 3.0 AS mean_pressure,
    avg((r.systolic + 2 * r.diastolic) / 3.0) OVER (
        PARTITION BY r.visit_id ORDER BY r.measured ROWS BETWEEN 2 PRECEDING AND CURRENT ROW
    ) AS rolling_pressure
FROM raw.vitals AS r
JOIN staging.visits AS v ON v.visit_id = r.visit_id
WHERE r.pulse BETWEEN 30 AND 220
