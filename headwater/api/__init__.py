"""HTTP: a thin surface over `headwater.app.Headwater`.

`server.py` puts the application together; `gateway.py` is the outermost layer (limits, headers, fast lane, counters);
`intake.py` takes events in, `asking.py` answers questions, `marquez.py` speaks Marquez's read paths.
"""
