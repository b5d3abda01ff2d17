-- dialect: redshift, default: dev.public
BEGIN;
CREATE TABLE events_new DISTKEY (user_id) SORTKEY (at) AS SELECT user_id, at, kind FROM events WHERE at >= DATEADD(year, -1, GETDATE());
ALTER TABLE events RENAME TO events_old;
ALTER TABLE events_new RENAME TO events;
DROP TABLE events_old;
COMMIT
