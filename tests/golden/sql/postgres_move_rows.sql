-- dialect: postgres, default: app.public
WITH moved AS (DELETE FROM queue AS q USING batches AS b WHERE q.batch_id = b.id AND b.done RETURNING q.id, q.body, b.finished_at)
INSERT INTO archive (id, body, finished_at) SELECT id, body, finished_at FROM moved
