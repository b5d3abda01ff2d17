-- Portal messages, matched to patients by the hash of the sender's address.
-- reads: raw.messages, staging.patients
-- writes: staging.messages
CREATE OR REPLACE TABLE staging.messages AS
SELECT m.message_id, p.patient_no, m.topic, length(m.text) AS text_length, CAST(m.sent AS TIMESTAMP) AS sent
FROM raw.messages AS m
JOIN staging.patients AS p ON p.email_hash = sha256(lower(m.sender_email))
