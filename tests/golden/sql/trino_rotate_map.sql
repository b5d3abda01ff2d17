-- dialect: trino, default: hive.web
CREATE OR REPLACE VIEW iceberg.marts.settings AS
SELECT u.id, s.k AS name, element_at(u.prefs, s.k) AS value, transform(u.tags, t -> lower(t)) AS tags FROM users AS u CROSS JOIN UNNEST(map_keys(u.prefs)) AS s(k)
