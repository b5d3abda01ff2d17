"""Counts what `headwater leaks` told of made-up pipelines, and what it did not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from headwater.model.naming import column_key
from headwater.model.sensitivity.leaks import LEAK, SECRET_IN_DATA, LeakView
from tests.leaks.holding import SENSITIVE
from tests.leaks.pipelines import Pipeline, Planted
from tests.leaks.recording import name

_SECRETS = {told.info_type for told in SENSITIVE if told.category == "SECRET"}
"""What may be nowhere: whichever hop comes first offends."""
_Told = tuple[str, str, str]
"""A dataset's node, a column's key (empty for any column), an info type."""


@dataclass(frozen=True, slots=True)
class Score:
    """What was planted and found; `misplaced` are leaks found whose first offending statement is told to be another job's."""

    planted: int
    missed: tuple[str, ...]
    missed_surely: tuple[str, ...]
    """Planted where every statement can be read, and not told as confirmed."""
    confirmed: int
    false: tuple[str, ...]
    possible: int
    misplaced: tuple[str, ...]

    @property
    def recall(self) -> float:
        """Of what was planted, what was told in either tier."""
        return 1 - len(self.missed) / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """Of what was told as confirmed, what was planted."""
        return 1 - len(self.false) / self.confirmed if self.confirmed else 1.0


def score(pipelines: Sequence[Pipeline], leaks: Iterable[LeakView]) -> Score:
    """Hold what was told of the places of pipelines against the truth."""
    listed = [leak for leak in leaks if leak.kind in (LEAK, SECRET_IN_DATA)]
    told = {_told(leak): leak for leak in sorted(listed, key=lambda leak: leak.tier == "confirmed")}
    places = {f"dataset:{one.namespace}:{name(one, place.dataset)}" for one in pipelines for place in one.places}
    truth = {_planted(one, each): (one, each) for one in pipelines for each in one.truth}
    sure = {key: leak for key, leak in told.items() if leak.tier == "confirmed" and key[0] in places}
    missed, unsure, misplaced = [], [], []
    for key, (one, each) in truth.items():
        found = told.get(key) or told.get((key[0], "", key[2]))
        if found is None:
            missed.append(_words(one, each))
        elif each.readable and key not in sure:
            unsure.append(_words(one, each))
        if (
            key in sure
            and each.info_type not in _SECRETS
            and not any(leak.path and _told(leak) == key and _first(leak) == f"job:{one.jobs}:{each.job}" for leak in listed)
        ):
            misplaced.append(f"{_words(one, each)}: told of {_first(sure[key])}")
    return Score(
        planted=len(truth),
        missed=tuple(missed),
        missed_surely=tuple(unsure),
        confirmed=len(sure),
        false=tuple(f"{leak.dataset}.{leak.column} {leak.info_type}: {leak.why}" for key, leak in sure.items() if key not in truth),
        possible=sum(key[0] in places and leak.tier == "possible" for key, leak in told.items()),
        misplaced=tuple(misplaced),
    )


def _told(leak: LeakView) -> _Told:
    namespace = leak.dataset.removeprefix("dataset:").rpartition(":")[0]
    return leak.dataset, column_key(namespace, leak.column), leak.info_type


def _planted(one: Pipeline, each: Planted) -> _Told:
    column = column_key(one.namespace, one.dialect.stored(each.column))
    return f"dataset:{one.namespace}:{name(one, each.dataset)}", column, each.info_type


def _first(leak: LeakView) -> str:
    return leak.path[leak.first].job if leak.first is not None else ""


def _words(one: Pipeline, each: Planted) -> str:
    return f"{one.dialect.name} {each.dataset}.{each.column} {each.info_type} by {each.job} ({', '.join(each.ways) or 'as it is'})"
