-- Portal messages, matched to patients by the hash of the sender's address.
-- reads: lake.raw.messages, lake.staging.patients
-- writes: lake.staging.messages
CREATE OR REPLACE TABLE lake.staging.messages AS
SELECT m.message_id, p.patient_no, m.topic, length(m.text) AS text_length, CAST(m.sent AS TIMESTAMP) AS sent
FROM lake.raw.messages AS m
JOIN lake.staging.patients AS p ON p.email_hash = sha256(lower(m.sender_email))
