-- Predicted risk per region and age band, small groups left out.
-- reads: predictions.progression, features.patient_profile
-- writes: public.risk_by_region
CREATE OR REPLACE TABLE public.risk_by_region AS
SELECT f.region, f.age_band, count(*) AS patients, avg(p.score) AS mean_score
FROM predictions.progression AS p
JOIN features.patient_profile AS f ON f.subject_ref = p.subject_ref
GROUP BY f.region, f.age_band
HAVING count(*) >= 5
