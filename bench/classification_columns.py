"""How well columns are classified, beside peers in the same run: F1 by type, false positives on hard negatives, calibration, speed.

    python bench/classification_columns.py [--set reporting|developing] [--wrong]

The columns are made by templates of our own (`classification/`); those for reporting share none with those for developing.
A third are hard negatives; each template gives columns with a helpful, a useless and a misleading name.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from classification import developing, reporting
from classification.columns import Column, columns_of
from classification.scoring import Said, Scores, knowable, reliability, score

TARGETS = {"f1": 0.80, "false_named": 0.08, "false_unnamed": 0.05, "recall_told": 0.90}
TARGET_PER_SECOND = 100.0
SEED = 20


def main() -> int:
    """Run, print the tables, and fail if a target is missed."""
    arguments = _arguments()
    templates = (reporting if arguments.set == "reporting" else developing).TEMPLATES
    columns = list(columns_of(templates, SEED))
    negatives = sum(not column.truth for column in columns)
    print(f"{len(columns)} columns of {len(templates)} templates for {arguments.set}, {negatives} of them hard negatives\n")
    _ours(columns[:20])
    started = time.process_time()
    said = _ours(columns)
    speed = len(columns) / (time.process_time() - started)
    ours = score(columns, said)
    rows: dict[str, Scores | str] = {"headwater": ours}
    if not arguments.alone:
        from classification import peers

        for name, found in peers.all_say(columns):
            rows[name] = found if isinstance(found, str) else score(columns, found)
    _print(rows)
    print(f"\nheadwater: {speed:.0f} columns/s on one core")
    print("\nconfidence    labels   mean   right")
    for band, many, sure, right in reliability(columns, said):
        print(f"{band:12}{many:8}{sure:7.2f}{right:8.2f}")
    if arguments.wrong:
        _print_wrong(columns, said)
    return 0 if _held(ours, speed) else 1


def _ours(columns: Sequence[Column]) -> list[Said]:
    from headwater.capture.classify import classify
    from headwater.model.sensitivity.classification import ColumnSample

    found = []
    for column in columns:
        rows = len(column.values) * 3
        verdict = classify(ColumnSample(column.name, "VARCHAR", rows, 0, len(column.values), column.values, (3,) * len(column.values)))[0]
        labelled = verdict.info_type if verdict.state == "labelled" else None
        found.append(Said(labelled, verdict.info_type if verdict.state == "suspected" else None, verdict.confidence))
    return found


def _print(rows: dict[str, Scores | str]) -> None:
    print(f"{'':34}{'F1':>6}{'macro':>7}{'precision':>11}{'recall':>8}{'false':>7}{'unnamed':>9}{'suspected':>11}")
    for name, found in rows.items():
        if isinstance(found, str):
            print(f"{name:34}{found}")
            continue
        numbers = f"{found.f1:6.2f}{found.macro:7.2f}{found.precision:11.2f}{found.recall_told:8.2f}"
        print(f"{name:34}{numbers}{found.false_named:7.3f}{found.false_unnamed:9.3f}{found.suspected_negative:11.3f}")


def _print_wrong(columns: Sequence[Column], said: Sequence[Said]) -> None:
    print()
    for column, answer in zip(columns, said, strict=True):
        if answer.labelled not in (column.truth or {None}) and (knowable(column) or answer.labelled):
            truth = "|".join(sorted(column.truth)) or "nothing"
            print(f"{column.key:14}{column.naming:11}{column.name:24}{len(column.values):4} is {truth:24} said {answer.labelled}"
                  f" (suspected {answer.suspected}) {answer.confidence:.2f}")  # fmt: skip


def _held(found: Scores, speed: float) -> bool:
    good = found.f1 >= TARGETS["f1"] and found.recall_told >= TARGETS["recall_told"] and speed >= TARGET_PER_SECOND
    return good and found.false_named <= TARGETS["false_named"] and found.false_unnamed <= TARGETS["false_unnamed"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=("reporting", "developing"), default="reporting")
    parser.add_argument("--alone", action="store_true", help="without peers")
    parser.add_argument("--wrong", action="store_true", help="list what was classified wrongly")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
