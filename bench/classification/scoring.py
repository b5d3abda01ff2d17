"""Scores of a classifier over columns: type F1, false positives, recall, and whether confidence means what it says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from classification.columns import Column


@dataclass(frozen=True)
class Said:
    """What a classifier said of a column: the type it commits to, if any, another it only suspects, and how sure it is."""

    labelled: str | None
    suspected: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True)
class Scores:
    """`f1` is over all types together (micro), `macro` the mean over types; only columns count whose type can be known."""

    f1: float
    macro: float
    precision: float
    recall_told: float
    false_named: float
    false_unnamed: float
    suspected_negative: float


def knowable(column: Column) -> bool:
    """Whether a person could tell: by the values, or by a name that helps."""
    return not column.truth or column.tells or column.naming == "helpful"


def score(columns: Sequence[Column], said: Sequence[Said]) -> Scores:
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    told = told_right = 0
    for column, answer in zip(columns, said, strict=True):
        hit = answer.labelled in column.truth
        if answer.labelled and not hit:
            wrong[answer.labelled] += 1
        if column.truth and knowable(column):
            (right if hit else missed)[answer.labelled if hit and answer.labelled else min(column.truth)] += 1
            told += column.tells
            told_right += column.tells and hit
    negatives = [(column, answer) for column, answer in zip(columns, said, strict=True) if not column.truth]
    unnamed = [answer for column, answer in negatives if column.naming == "useless"]
    true, false, gone = right.total(), wrong.total(), missed.total()
    each = [2 * right[name] / (2 * right[name] + wrong[name] + missed[name]) for name in right.keys() | missed.keys()]
    return Scores(
        f1=2 * true / max(2 * true + false + gone, 1),
        macro=sum(each) / max(len(each), 1),
        precision=true / max(true + false, 1),
        recall_told=told_right / max(told, 1),
        false_named=sum(answer.labelled is not None for _, answer in negatives) / max(len(negatives), 1),
        false_unnamed=sum(answer.labelled is not None for answer in unnamed) / max(len(unnamed), 1),
        suspected_negative=sum(answer.suspected is not None for _, answer in negatives) / max(len(negatives), 1),
    )


def reliability(columns: Sequence[Column], said: Sequence[Said]) -> list[tuple[str, int, float, float]]:
    """Of labels in each band of confidence: how many, how sure on average, and what share is right."""
    bands: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for column, answer in zip(columns, said, strict=True):
        chosen = answer.labelled or answer.suspected
        if chosen is not None:
            low = next(edge for edge in (0.99, 0.95, 0.9, 0.8, 0.7, 0.5, 0.0) if answer.confidence >= edge)
            bands[f"from {low:.2f}"].append((answer.confidence, chosen in column.truth))
    return [
        (band, len(found), sum(sure for sure, _ in found) / len(found), sum(right for _, right in found) / len(found))
        for band, found in sorted(bands.items())
    ]
