select s.city, l.line.sku, sum(l.line.units) as units
from shipments as s cross join unnest(s.lines) as l(line)
group by all
