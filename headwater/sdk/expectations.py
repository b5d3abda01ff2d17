"""The noun expectations: what places may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from headwater.capture.documents import encode
from headwater.capture.sensitivity.expectations import BadExpectations, read_expectations
from headwater.model.answers import Answer, RecordReport
from headwater.model.entries import HUMAN_EXPECTATIONS
from headwater.model.errors import UsageError
from headwater.model.questions import ExpectationsQuestion, Question
from headwater.model.sensitivity.documents import DeclaredExpectations, Expectation
from headwater.model.sensitivity.leaks import DeclaredExpectation, ExpectationList


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationChange:
    """What declaring changed: names of expectations that are new, that are other than before, and that are gone."""

    origin: str
    namespace: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int
    position: int | None
    """The entry that holds them; None where nothing changed and nothing was recorded."""
    unmatched: tuple[str, ...] = ()
    """Names of those that stand now and match no dataset that is known yet."""
    unserved: tuple[str, ...] = ()
    """Purposes that something is allowed for, while no place is said to be used for them."""


class Expectations:
    """What is expected of places. Declaring needs the right to write every namespace that is named."""

    def __init__(self, ask: Callable[[Question], Answer[Any]], record: Callable[[Iterable[bytes]], RecordReport]) -> None:
        self._ask = ask
        self._record = record

    def list(self, *, origin: str | None = None, page: str | None = None, limit: int = 1000) -> Answer[ExpectationList]:
        """Expectations as they stand, of all origins or of one."""
        return self._ask(ExpectationsQuestion(origin=origin, page=page, limit=limit))

    def declare_file(self, path: str | Path) -> ExpectationChange:
        """Declare what a TOML file says; it replaces what a file of this name declared before.

        Raises:  BadExpectations: the file cannot be read, names line and field. Forbidden: the key may not write a namespace.
        """
        place = Path(path)
        try:
            text = place.read_text(encoding="utf-8")
        except FileNotFoundError:
            problem = f"cannot read expectations `{place}`: expected a file, got none: there is no such file"
            raise BadExpectations(problem, next_step="headwater expect --help") from None
        except (OSError, UnicodeDecodeError):
            raise BadExpectations(f"cannot read expectations `{place}`: expected readable UTF-8 text", next_step=f"check {place}") from None
        return self._declare(read_expectations(text, file=str(place), origin=place.name, seen_at=_now()))

    def declare(self, expectations: Iterable[Expectation], *, namespace: str, origin: str = "api") -> ExpectationChange:
        """Declare expectations of an origin; they replace what it declared before."""
        return self._declare(
            DeclaredExpectations(
                headwater=HUMAN_EXPECTATIONS, seen_at=_now(), namespace=namespace, origin=origin, expectations=tuple(expectations)
            )
        )

    def _declare(self, told: DeclaredExpectations) -> ExpectationChange:
        before = {each.expectation.name: msgspec.convert(each.expectation, Expectation) for each in self._standing(told)}
        now = {each.name: each for each in told.expectations}
        position = None
        if before != now or list(before) != list(now):
            report = self._record([encode(told)])
            if report.rejected:
                refused = report.rejected[0]
                raise UsageError(refused.reason, next_step=refused.next or "headwater expect list")
            position = report.position
        return ExpectationChange(
            origin=told.origin,
            namespace=told.namespace,
            added=tuple(name for name in now if name not in before),
            changed=tuple(name for name, each in now.items() if name in before and before[name] != each),
            removed=tuple(name for name in before if name not in now),
            kept=sum(before.get(name) == each for name, each in now.items()),
            position=position,
            unmatched=tuple(each.expectation.name for each in self._standing(told, position) if not each.datasets),
            unserved=self._unserved(told, position),
        )

    def _unserved(self, told: DeclaredExpectations, position: int | None) -> tuple[str, ...]:
        wanted = dict.fromkeys(purpose for each in told.expectations for allowed in each.allow for purpose in allowed.purposes)
        if not wanted:
            return ()
        served = {purpose for each in self._listed(None, position) for purpose in each.expectation.used_for}
        return tuple(purpose for purpose in wanted if purpose not in served)

    def _standing(self, told: DeclaredExpectations, position: int | None = None) -> Iterator[DeclaredExpectation]:
        """What the origin declares up to now, or once an entry is part of that."""
        return (each for each in self._listed(told.origin, position) if each.namespace == told.namespace)

    def _listed(self, origin: str | None, position: int | None) -> Iterator[DeclaredExpectation]:
        """All pages of what an origin, or anybody, declares."""
        page: str | None = None
        while True:
            answer: Answer[ExpectationList] = self._ask(ExpectationsQuestion(origin=origin, page=page, limit=10_000, min_position=position))
            yield from answer.result.expectations
            page = answer.next_page
            if page is None:
                return


def _now() -> str:
    return datetime.now(UTC).isoformat()
