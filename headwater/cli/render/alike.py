"""Gaps that differ only in their subject, said as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from headwater.cli.render.wording import visible
from headwater.model.answers import Gap

SHOWN_SUBJECTS = 5


@dataclass(frozen=True, slots=True)
class AlikeGaps:
    """One code and detail, with everything it was said of."""

    code: str
    detail: str
    subjects: tuple[str, ...]
    positions: tuple[int, ...]
    count: int

    @property
    def where(self) -> str:
        """The subjects as words, fit to be shown."""
        shown = ", ".join(map(visible, self.subjects[:SHOWN_SUBJECTS]))
        more = len(self.subjects) - SHOWN_SUBJECTS
        return f"{shown} and {more:,} more" if more > 0 else shown


def joined(gaps: Iterable[Gap]) -> tuple[AlikeGaps, ...]:
    """Gaps by code and detail, in the order in which each was first met."""
    bundles: dict[tuple[str, str], list[Gap]] = {}
    for gap in gaps:
        bundles.setdefault((gap.code, gap.detail), []).append(gap)
    return tuple(
        AlikeGaps(
            code,
            detail,
            subjects=tuple(dict.fromkeys(gap.subject for gap in bundle)),
            positions=tuple(sorted({position for gap in bundle for position in gap.positions})),
            count=len(bundle),
        )
        for (code, detail), bundle in bundles.items()
    )
