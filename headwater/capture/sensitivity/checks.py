"""What documents of sensitivity must hold beyond their form: types of the catalogue, and parts that fit each other.

Each check gives the first misfit as the place of the field and what was expected there, or None; no message holds a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from headwater.model.lakes import Document
from headwater.model.sensitivity.classification import ColumnVerdict, Evidence, Further
from headwater.model.sensitivity.documents import (
    Allowance,
    ClassifiedDataset,
    DeclaredExpectations,
    Expectation,
    LabelDecision,
    MaskingApproval,
)
from headwater.model.sensitivity.info_types import INFO_TYPES, LISTED_IN, nearest

_OF_THE_CATALOGUE = f"an info type of the catalogue ({LISTED_IN})"
LEVELS = {
    "set": ("aggregate", "quasi", "pseudonymous", "direct"),
    "lower": ("none", "aggregate", "quasi", "pseudonymous"),
}
"""To which levels an action may bring a label: whoever sets one says that there is something, whoever lowers one that there is less."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A field whose content does not fit the document."""

    path: str
    expected: str
    got: str


def misfit_of(document: Document) -> Misfit | None:
    """The first thing in a document that does not fit the rest of it, of those of sensitivity."""
    check = _CHECKS.get(type(document))
    return next(check(document), None) if check is not None else None


def _classified(told: ClassifiedDataset) -> Iterator[Misfit]:
    for index, verdict in enumerate(told.columns):
        place = f"columns[{index}]"
        yield from _verdict(place, verdict, verdict.info_type)
        if verdict.info_type is None and verdict.state in ("labelled", "suspected"):
            yield Misfit(f"{place}.info_type", "the type that the column is labelled with", "none")
        for number, further in enumerate(verdict.also):
            yield from _verdict(f"{place}.also[{number}]", further, further.info_type)


def _verdict(place: str, verdict: ColumnVerdict | Further, info_type: str | None) -> Iterator[Misfit]:
    known = INFO_TYPES.get(info_type) if info_type is not None else None
    if info_type is not None and known is None:
        yield Misfit(f"{place}.info_type", _OF_THE_CATALOGUE, "another")
    if known is not None and verdict.category != known.category:
        yield Misfit(f"{place}.category", "that of the info type", "another")
    yield from _evidence(f"{place}.evidence", verdict.evidence)


def _evidence(place: str, evidence: Evidence) -> Iterator[Misfit]:
    for name, witness in (("lineage", evidence.lineage), ("learned", evidence.learned)):
        if witness is not None and witness.info_type not in INFO_TYPES:
            yield Misfit(f"{place}.{name}.info_type", _OF_THE_CATALOGUE, "another")
    if evidence.values is not None and evidence.values.matched > evidence.values.tested:
        yield Misfit(f"{place}.values.matched", "at most as many as were tested", "more")


def _label(told: LabelDecision) -> Iterator[Misfit]:
    yield from _unknown("info_type", (told.info_type,))
    levels = LEVELS.get(told.action)
    if levels is None and told.level is not None:
        yield Misfit("level", f"none, as `{told.action}` has none", "one")
    elif levels is not None and told.level not in levels:
        yield Misfit("level", f"one of {', '.join(f'`{level}`' for level in levels)} with `{told.action}`", "none of these")
    if told.action == "lower" and not told.fingerprints:
        yield Misfit("fingerprints", "those of the derivations that `lower` holds for", "none")
    if told.action != "lower":
        if told.fingerprints:
            yield Misfit("fingerprints", "none, as only `lower` is bound to derivations", "some")
        if told.expires:
            yield Misfit("expires", "none, as only `lower` ends by itself", "one")


def _masking(told: MaskingApproval) -> Iterator[Misfit]:
    if told.level == "direct" and told.expires:
        yield Misfit("expires", "none where an approval is withdrawn", "one")


def _expectations(told: DeclaredExpectations) -> Iterator[Misfit]:
    names = [expectation.name for expectation in told.expectations]
    for index, expectation in enumerate(told.expectations):
        place = f"expectations[{index}]"
        if expectation.name in names[:index]:
            yield Misfit(f"{place}.name", "a name that stands only once", "one that stood before")
        yield from _expectation(place, expectation)


def _expectation(place: str, expectation: Expectation) -> Iterator[Misfit]:
    yield from _spaced(f"{place}.used_for", expectation.used_for)
    for number, allowance in enumerate(expectation.allow):
        yield from _spaced(f"{place}.allow[{number}].purposes", allowance.purposes)
        yield from _unknown(f"{place}.allow[{number}].info_types", allowance.info_types)
        if allowance.level == "direct" and _names_secrets(allowance):
            yield Misfit(
                f"{place}.allow[{number}].level", "at most `pseudonymous` of secrets, which no data may hold as they are", "`direct`"
            )


def _spaced(place: str, purposes: Iterable[str]) -> Iterator[Misfit]:
    for number, purpose in enumerate(purposes):
        if purpose != purpose.strip():
            yield Misfit(f"{place}[{number}]", "a purpose without spaces around it", "one with them")


def _names_secrets(allowance: Allowance) -> bool:
    named = (INFO_TYPES[info_type].category for info_type in allowance.info_types if info_type in INFO_TYPES)
    return "SECRET" in (*allowance.categories, *named)


def _unknown(place: str, info_types: Iterable[str]) -> Iterator[Misfit]:
    for number, info_type in enumerate(info_types):
        if info_type not in INFO_TYPES:
            yield Misfit(f"{place}[{number}]" if place.endswith("s") else place, of_the_catalogue(info_type), "another")


def of_the_catalogue(text: str) -> str:
    """What is expected where a type stands that is none, with the one that was meant where one is near."""
    near = nearest(text)
    return _OF_THE_CATALOGUE if near is None else f"{_OF_THE_CATALOGUE}, perhaps `{near}`"


_CHECKS: dict[type[Document], Callable[[Any], Iterator[Misfit]]] = {
    ClassifiedDataset: _classified,
    LabelDecision: _label,
    MaskingApproval: _masking,
    DeclaredExpectations: _expectations,
}
