"""The door to redaction: one object per home, which holds the key and remembers texts it has read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from headwater.capture.redaction import dbt
from headwater.capture.redaction.credentials import name_edits
from headwater.capture.redaction.edits import Redacted, apply, encode_sealed
from headwater.capture.redaction.facets import redact
from headwater.capture.redaction.freetext import redact_error, redact_prose, redact_trace
from headwater.capture.redaction.rules import Rule, Walk
from headwater.capture.redaction.statements import SEALED_KIND, is_script, redact_statement, seal_whole
from headwater.capture.redaction.tokens import DROPPED, Tokens, is_token

_REMEMBERED = 20_000
_REMEMBERED_CHARACTERS = 16_000_000


@dataclass(frozen=True, slots=True)
class RedactedEvent:
    """A redacted event (the same object, edited in place), the sealed part's plaintext, and what intake should know."""

    event: dict[str, Any]
    sealed: bytes
    warnings: tuple[str, ...]


class Redactor:
    """Redacts texts and events with one key. Remembers results, because producers repeat their texts; bounded."""

    def __init__(self, key: bytes) -> None:
        self.tokens = Tokens(key)
        self._memory: dict[tuple[str, str | None, str], Redacted] = {}
        self._characters = 0

    def redact_sql(self, sql: str, dialect: str | None = None) -> Redacted:
        """A SQL text without data values; `dialect` is sqlglot's name."""
        return self._remember("sql", dialect, sql, lambda: redact_statement(sql, dialect, self.tokens))

    def redact_script(self, sql: str, dialect: str | None = None) -> Redacted:
        """The same for a text that should consist of whole statements: sealed whole when it does not."""

        def make() -> Redacted:
            return redact_statement(sql, dialect, self.tokens) if is_script(sql, dialect) else seal_whole(sql, SEALED_KIND, self.tokens)

        return self._remember("script", dialect, sql, make)

    def redact_event(self, event: dict[str, Any], dialect: str | None = None) -> RedactedEvent:
        """Edit a decoded OpenLineage event in place; SQL in it is read in `dialect` where the event does not say."""
        walk = Walk(self, dialect)
        redact(walk, event)
        return RedactedEvent(event, encode_sealed(walk.replaced), tuple(dict.fromkeys(walk.warnings)))

    def redact_dbt(self, document: dict[str, Any], dialect: str | None = None) -> RedactedEvent:
        """Edit a decoded dbt document in place; its SQL is read in `dialect`."""
        walk = Walk(self, dialect)
        dbt.redact(walk, document)
        return RedactedEvent(document, encode_sealed(walk.replaced), tuple(dict.fromkeys(walk.warnings)))

    def redact_document(self, document: dict[str, Any], rule: Rule) -> RedactedEvent:
        """Edit a decoded document of our own in place, by the rule of its kind."""
        walk = Walk(self, None)
        rule(walk, document)
        return RedactedEvent(document, encode_sealed(walk.replaced), tuple(dict.fromkeys(walk.warnings)))

    def prose(self, text: str) -> Redacted:
        """A documentation text."""
        return self._remember("prose", None, text, lambda: redact_prose(text, self.tokens))

    def error(self, text: str) -> Redacted:
        """An error message."""
        return self._remember("error", None, text, lambda: redact_error(text, self.tokens))

    def trace(self, text: str) -> Redacted:
        """A stack trace."""
        return self._remember("trace", None, text, lambda: redact_trace(text, self.tokens))

    def whole(self, text: str, kind: str) -> Redacted:
        """A text that is a value as a whole."""
        return self._remember(f"whole {kind}", None, text, lambda: seal_whole(text, kind, self.tokens))

    def code(self, text: str) -> Redacted:
        """Source code."""
        return self.whole(text, "code")

    def value(self, text: str) -> Redacted:
        """A data value."""
        return self.whole(text, "str")

    def sealed_sql(self, text: str) -> Redacted:
        """A SQL text that is not read."""
        return self.whole(text, SEALED_KIND)

    def name(self, text: str) -> Redacted:
        """A name: as it is, but for credentials in a URI."""
        return apply(text, name_edits(text))

    def sealed_whole(self, sql: Redacted) -> bool:
        """Whether a SQL text could not be read and was sealed as a whole."""
        return is_token(sql.text, SEALED_KIND) and sql.text != DROPPED

    def _remember(self, rule: str, dialect: str | None, text: str, make: Callable[[], Redacted]) -> Redacted:
        key = (rule, dialect, text)
        known = self._memory.get(key)
        if known is not None:
            return known
        made = make()
        if len(self._memory) >= _REMEMBERED or self._characters > _REMEMBERED_CHARACTERS:
            self._memory = {}
            self._characters = 0
        self._memory[key] = made
        self._characters += len(text)
        return made
