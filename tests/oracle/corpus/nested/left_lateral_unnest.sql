select s.id, u.label from shipments as s left join lateral (select unnest(s.labels) as label) as u on true
