"""Redaction: data values and secrets leave an event before anything is stored.

Data values become keyed tokens (`hw:str:…`, equal values give equal tokens) and their originals go to the sealed part, so that a
recorded replay can restore them exactly. Secrets become `***` and are kept nowhere. Names, numbers, booleans and keys stay.
`redactor.py` is the door; `facets.py` says which part of an event is what, `rules.py` what follows. `statements.py`, `lexer.py` and
`literals.py` read SQL, `freetext.py` reads prose and error messages, `credentials.py` knows what a secret looks like.
"""

from headwater.capture.redaction.edits import restore
from headwater.capture.redaction.redactor import RedactedEvent, Redactor

__all__ = ["RedactedEvent", "Redactor", "restore"]
