-- Blood pressure and pulse per patient.
-- reads: lake.staging.vitals
-- writes: lake.features.pressure
CREATE OR REPLACE TABLE lake.features.pressure AS
SELECT patient_no, avg(mean_pressure) AS mean_pressure, max(rolling_pressure) AS peak_pressure, avg(pulse) AS mean_pulse
FROM lake.staging.vitals
GROUP BY patient_no
