"""Why a statement is not complete: codes, places in the text, and the report that collects them."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import Final

from headwater.model.errors import HeadwaterError
from headwater.model.lineage import Reason

CODES: Final = {
    "ambiguous-column": "a column without a table may be that of several tables",
    "analyser-fault": "the analyser itself failed on this statement",
    "column-count-mismatch": "as many columns are written as the target, or the other side, does not have",
    "columns-known-when-run": "values of the data, or fields that no schema lists, decide which columns there are",
    "cyclic-view": "a view is defined by itself, over others or directly",
    "default-schema-unknown": "an earlier statement changed the default schema in a way not understood",
    "dynamic-statement": "a statement whose text is computed when it runs",
    "natural-join-without-schema": "a NATURAL join needs the columns of both sides",
    "nesting-too-deep": "brackets or operators are nested beyond the limit",
    "no-statement": "the text holds nothing but white space and comments",
    "nul-character": "the text holds a NUL character, which engines treat differently",
    "parse-error": "the text is not a statement of this dialect",
    "star-without-schema": "`*` stands for the columns of a table whose schema is not known",
    "target-columns-unknown": "rows are written by position into a table whose columns are not known",
    "templating-left-in": "a template was not rendered",
    "text-too-long": "the text is longer than the limit",
    "unknown-column": "no table at hand has this column",
    "unknown-dialect": "no dialect has this name",
    "unknown-function": "a function that is not known to look at its arguments only",
    "unknown-table-function": "a table function whose rows come from nobody knows where",
    "unnamed-column": "a stored column gets its name from the engine",
    "unsupported-clause": "a clause that is not followed yet",
    "unsupported-expression": "an expression that is not followed yet",
    "unsupported-statement": "a kind of statement that is not followed yet",
    "work-budget": "following every column would take more steps than allowed",
}
"""Every reason there is, in words for a person."""


class Trouble(HeadwaterError):
    """A text, or one statement of it, cannot be read any further; caught inside this package and turned into a reason."""

    code = "SQL-TROUBLE"

    def __init__(
        self, reason: str, subject: str = "", *, offset: int | None = None, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(f"cannot follow the statement: {CODES[reason]}", next_step="headwater gaps")
        self.reason = reason
        self.subject = subject
        self.offset = offset
        self.line = line
        self.column = column

    def as_reason(self, text: str, around: int | None = None) -> Reason:
        """The same as a value, with an offset turned into line and column; `around` is where to look if nothing says where."""
        offset = around if self.offset is None and self.line is None else self.offset
        if offset is None:
            return Reason(self.reason, self.subject, self.line, self.column)
        line, column = place(text, offset)
        return Reason(self.reason, self.subject, line, column)


class Report:
    """Reasons of one text in the order found, each kept once."""

    __slots__ = ("_reasons", "_text", "latest")

    def __init__(self, text: str) -> None:
        self._text = text
        self.latest: dict[tuple[str, str], Reason] = {}
        """Reasons met since whoever reads this emptied it, also those known before."""
        self._reasons: dict[tuple[str, str], Reason] = {}

    def add(self, code: str, subject: str = "", offset: int | None = None) -> None:
        """Note that something is not followed; `code` is one of `CODES`."""
        if (code, subject) not in self._reasons or (code, subject) not in self.latest:
            line, column = (None, None) if offset is None else place(self._text, offset)
            self.take(Reason(code, subject, line, column))

    def take(self, reason: Reason) -> None:
        """Note a reason made elsewhere."""
        assert reason.code in CODES
        self._reasons.setdefault((reason.code, reason.subject), reason)
        self.latest.setdefault((reason.code, reason.subject), reason)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(self._reasons.values())


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from one, of a character."""
    offset = min(max(offset, 0), len(text))
    starts = _lines(text)
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


@lru_cache(maxsize=4)
def _lines(text: str) -> list[int]:
    """Where each line of a text begins; found once, because a text may have a reason at every other word."""
    return [0, *(found.end() for found in re.finditer("\n", text))]
