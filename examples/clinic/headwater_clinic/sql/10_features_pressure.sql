-- Blood pressure and pulse per patient.
-- reads: staging.vitals
-- writes: features.pressure
CREATE OR REPLACE TABLE features.pressure AS
SELECT patient_no, avg(mean_pressure) AS mean_pressure, max(rolling_pressure) AS peak_pressure, avg(pulse) AS mean_pulse
FROM staging.vitals
GROUP BY patient_no
