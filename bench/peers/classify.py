"""Runs one peer of the column classification benchmark in the peer's own environment: columns in as JSON, one answer for each out.

python bench/peers/classify.py presidio|dataprofiler < columns.json
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

DATAPROFILER = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "PERSON": "PERSON_NAME", "ADDRESS": "STREET_ADDRESS", "IPV4": "IP_ADDRESS",
    "IPV6": "IP_ADDRESS", "MAC_ADDRESS": "MAC_ADDRESS", "CREDIT_CARD": "CREDIT_CARD", "SSN": "US_SSN", "BAN": "BANK_ACCOUNT",
    "DRIVERS_LICENSE": "DRIVER_LICENSE", "HASH_OR_KEY": "API_TOKEN",
}  # fmt: skip
HARMLESS = frozenset({"URL", "DATE_TIME"})
SURE, MOST = 0.5, 0.5
"""A value counts from this score, and a column is of what at least this share of its values is."""


def presidio(columns: list[dict[str, Any]]) -> list[str | None]:
    """Every recogniser that needs no language model, over each value; no model is available offline."""
    import tldextract
    from presidio_analyzer import PatternRecognizer
    from presidio_analyzer import predefined_recognizers as predefined

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # type: ignore[assignment]  # the list that comes with it, since it fetches another
    made = []
    for name in dir(predefined):
        kind = getattr(predefined, name)
        if isinstance(kind, type) and (issubclass(kind, PatternRecognizer) or name == "PhoneRecognizer") and kind is not PatternRecognizer:
            try:
                made.append(kind())
            except Exception:  # noqa: BLE001  # because one that cannot be made is left out and the others run
                continue
    print(f"{len(made)} recognisers", file=sys.stderr)
    return [_presidio_column(made, column["values"]) for column in columns]


def _presidio_column(recognisers: list[Any], values: list[str]) -> str | None:
    values = [value for value in values if value.strip()][:12]
    found: Counter[str] = Counter()
    for value in values:
        best: dict[str, float] = {}
        for each in recognisers:
            for result in each.analyze(value, each.supported_entities, None) or ():
                best[result.entity_type] = max(best.get(result.entity_type, 0.0), result.score)
        if best and max(best.values()) >= SURE:
            found[max(best, key=lambda name: best[name])] += 1
    if not found:
        return None
    entity, count = found.most_common(1)[0]
    return entity if count >= MOST * len(values) and entity not in HARMLESS else None


def dataprofiler(columns: list[dict[str, Any]]) -> list[str | None]:
    """Its structured labeller over each column; what is background, a number or a date is nothing."""
    import dataprofiler as dp  # type: ignore[import-not-found]  # because it has an environment of its own
    import pandas as pd  # type: ignore[import-untyped]

    labeler = dp.DataLabeler(labeler_type="structured")
    answers: list[str | None] = []
    for column in columns:
        values = [value for value in column["values"] if value.strip()]
        predicted = labeler.predict(pd.Series(values), predict_options={"show_confidences": False})["pred"]
        name, count = Counter(map(str, predicted)).most_common(1)[0]
        answers.append(DATAPROFILER.get(name) if count >= MOST * len(values) else None)
    return answers


PEERS = {"presidio": presidio, "dataprofiler": dataprofiler}

if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump(PEERS[sys.argv[1]](asked), sys.stdout)
