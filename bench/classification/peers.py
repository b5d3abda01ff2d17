"""The peers of column classification, each in a process and an environment of its own under `.peers/`; one that cannot be installed is told.

Presidio runs every recogniser that needs no language model, since none can be fetched where this has to run; DataProfiler its own labeller.
A third, a rule for each name of a column, stands for tools that match names: ours, of words that such tools commonly look for.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import sql_peers

from classification.columns import Column
from classification.scoring import Said
from headwater.edges.recognisers.presidio import TYPES

REQUIREMENTS = {"presidio": ("presidio-analyzer==2.2.366",), "dataprofiler": ("DataProfiler[ml]==0.14.0",)}
TITLES = {"presidio": "Presidio 2.2.366, pattern recognisers", "dataprofiler": "DataProfiler 0.14"}
WORDS = {"presidio": TYPES}
"""What a peer says, in our words, where it does not use them itself."""
TIMEOUT_SECONDS = 1800
RULES = {
    "EMAIL": "mail", "PHONE": "phone|mobile|tel", "PERSON_NAME": "full.?name|client|patient.?name|customer.?name", "GIVEN_NAME": "first.?name|given",
    "FAMILY_NAME": "last.?name|surname", "STREET_ADDRESS": "address|street", "CITY": "city|town", "POSTAL_CODE": "zip|post.?code",
    "BIRTH_DATE": "birth|dob", "GENDER": "gender|sex", "NATIONALITY": "nationality", "USERNAME": "user.?name|login", "PASSWORD": "pass|pwd|secret",
    "US_SSN": "ssn|social", "CREDIT_CARD": "card|cc_", "RELIGION": "relig|faith", "ETHNICITY": "race|ethnic", "IP_ADDRESS": "(^|_)ip",
}  # fmt: skip


def all_say(columns: Sequence[Column]) -> Iterator[tuple[str, list[Said] | str]]:
    """The answers of each peer, or why there are none."""
    yield "rules over names", [Said(_by_name(column.name)) for column in columns]
    for peer, title in TITLES.items():
        yield title, _say(peer, columns)


def _by_name(name: str) -> str | None:
    return next((info_type for info_type, rule in RULES.items() if re.search(rule, name, re.IGNORECASE)), None)


def _say(peer: str, columns: Sequence[Column]) -> list[Said] | str:
    sql_peers.REQUIREMENTS[peer] = REQUIREMENTS[peer]
    python = sql_peers.environment(peer)
    if not isinstance(python, Path):
        return python
    asked = json.dumps([{"name": column.name, "values": column.values} for column in columns])
    command = [str(python), str(Path(__file__).parents[1] / "peers" / "classify.py"), peer]
    try:
        done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer within {TIMEOUT_SECONDS} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["it ended"])[-1][:100]
    words = WORDS.get(peer, {})
    return [Said(words.get(answer, answer)) for answer in json.loads(done.stdout)]
