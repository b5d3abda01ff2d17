"""OpenLineage: events are accepted once (checked, redacted, made canonical) and translated to facts as often as views are rebuilt.

`accept.py` is what intake calls, `translate.py` what the follower calls. `events.py` says what an event looks like on the read side;
`jobs.py`, `datasets.py`, `flows.py` and `statements.py` each make the facts of one part of it.
"""

from headwater.capture.openlineage.accept import Accepted, accept
from headwater.capture.openlineage.translate import translate

__all__ = ["Accepted", "accept", "translate"]
