-- dialect: spark, default: lake.web
INSERT INTO per_window (window_start, window_end, device, events)
SELECT window.start, window.end, device, COUNT(*) FROM events GROUP BY window(event_time, '10 minutes', '5 minutes'), device
