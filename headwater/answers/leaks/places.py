"""What is expected of a column, by all that people declared of places.

An expectation is of the datasets whose namespace and name match its patterns. Of its allowances the first that speaks of a type counts,
and a type of which none speaks may not be there. Where several expectations match a place, it must meet each of them: the one that
allows least of a type counts for it. Secrets may be nowhere above pseudonymous, whatever is expected.

What a place is used for is said by all expectations that match it together. An allowance for some purposes is only for places that are
used for these and for nothing else; a place of which nobody says what it is used for is used for anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase, translate

from headwater.model.ids import DatasetId
from headwater.model.naming import column_key
from headwater.model.sensitivity.classification import Category
from headwater.model.sensitivity.documents import Allowance, Expectation
from headwater.model.sensitivity.info_types import INFO_TYPES
from headwater.model.sensitivity.labels import Level
from headwater.projections.sensitivity.decided import ExpectationsWord

_OPENING: Category = "SECRET"
_NOTHING = Allowance(level="none")


@dataclass(frozen=True, slots=True)
class Expected:
    """An expectation and the word that declared it."""

    expectation: Expectation
    word: ExpectationsWord
    used_for: frozenset[str] = frozenset()
    """What the place is used for, by all that is said of it."""

    def allowance(self, info_type: str) -> Allowance:
        """What it says of a type here; a type of which it says nothing may not be there."""
        return next((allowed for allowed in self._of(info_type) if self._serves(allowed)), _NOTHING)

    def elsewhere(self, info_type: str, level: Level) -> tuple[str, ...]:
        """The purposes for which it would allow a type at a level."""
        return next((told.purposes for told in self._of(info_type) if not self._serves(told) and Level[told.level.upper()] >= level), ())

    @property
    def limits(self) -> bool:
        """Whether it says what may be there, and not only what for."""
        return bool(self.expectation.allow) or not self.expectation.used_for

    def _of(self, info_type: str) -> Iterator[Allowance]:
        return (allowed for allowed in self.expectation.allow if _speaks_of(allowed, info_type))

    def _serves(self, allowed: Allowance) -> bool:
        return not allowed.purposes or (bool(self.used_for) and self.used_for <= set(allowed.purposes))

    def allows(self, info_type: str) -> Level:
        """The highest level of a type that may be there."""
        return Level[self.allowance(info_type).level.upper()]

    def allows_inferred(self, info_type: str) -> bool:
        """Whether what a type merely had an influence on may be there."""
        return self.allowance(info_type).inferred

    def concerns(self, dataset: DatasetId, column: str | None) -> bool:
        """Whether it is of a column (None: of any column) of a dataset that its patterns match."""
        wanted = self.expectation.columns
        if column is None or not wanted:
            return True
        return column_key(dataset.namespace, column) in {column_key(dataset.namespace, name) for name in wanted}


@dataclass(frozen=True, slots=True)
class Places:
    """All expectations of one moment."""

    words: Sequence[ExpectationsWord]
    _known: dict[DatasetId, tuple[Expected, ...]] = field(default_factory=dict)
    _in: dict[str, list[tuple[re.Pattern[str], Expected]]] = field(default_factory=dict)

    def of(self, dataset: DatasetId, column: str | None = None) -> tuple[Expected, ...]:
        """The expectations of a column, or of any column, of a dataset; empty where nothing is expected of it."""
        known = self._known.get(dataset)
        if known is None:
            here = [told for pattern, told in self._in_namespace(dataset.namespace) if pattern.match(dataset.name) is not None]
            used_for = frozenset(purpose for told in here for purpose in told.expectation.used_for)
            known = self._known[dataset] = tuple(replace(told, used_for=used_for) for told in here if told.limits)
        return tuple(told for told in known if told.concerns(dataset, column))

    def _in_namespace(self, namespace: str) -> list[tuple[re.Pattern[str], Expected]]:
        known = self._in.get(namespace)
        if known is None:
            here = (told for told in expected_of(self.words) if fnmatchcase(namespace, told.expectation.namespace))
            known = self._in[namespace] = [(re.compile(translate(told.expectation.dataset)), told) for told in here]
        return known

    def strictest(self, dataset: DatasetId, column: str | None, info_type: str) -> Expected | None:
        """Of the expectations of a column the one that allows least of a type; the first declared of those that allow the same."""
        return min(self.of(dataset, column), key=lambda told: told.allows(info_type), default=None)

    def forbids(self, dataset: DatasetId, column: str | None, info_type: str, level: Level) -> bool:
        """Whether a column may not hold a type at a level."""
        strictest = self.strictest(dataset, column, info_type)
        return strictest is not None and level > strictest.allows(info_type)


def is_about(expectation: Expectation, dataset: DatasetId) -> bool:
    """Whether an expectation's patterns match a dataset."""
    return fnmatchcase(dataset.namespace, expectation.namespace) and fnmatchcase(dataset.name, expectation.dataset)


def category_of(info_type: str) -> str:
    """The category of a type; empty for one that this version does not know."""
    known = INFO_TYPES.get(info_type)
    return known.category if known is not None else ""


def is_secret(info_type: str) -> bool:
    """Whether a type opens something by itself."""
    return category_of(info_type) == _OPENING


def _speaks_of(allowance: Allowance, info_type: str) -> bool:
    if not allowance.categories and not allowance.info_types:
        return True
    return info_type in allowance.info_types or category_of(info_type) in allowance.categories


def expected_of(words: Iterable[ExpectationsWord]) -> list[Expected]:
    """Every expectation with the word that declared it, by namespace, origin and place in it."""
    return [Expected(told, word) for word in words for told in word.expectations]
