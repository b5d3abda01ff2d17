"""Free texts: documentation stays readable, error messages keep their words; what looks like data becomes tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headwater.capture.redaction.credentials import secret_edits
from headwater.capture.redaction.edits import Edit, Redacted, apply
from headwater.capture.redaction.tokens import DROPPED, Tokens
from headwater.capture.redaction.words import words

_DATA = re.compile(
    r"(?P<mail>(?<![\w.+%-])[\w.+%-]{1,256}+@[\w-]{1,255}(?:\.[\w-]{1,63}){1,10})"
    r"|(?P<id>(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-]))"
    r"|(?P<num>(?<![\w.-])\+?\d(?:[ ().-]{0,2}\d){6,}+)"
)
_NO_NUMBER = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2})?|\d{1,3}(?:\.\d{1,5}){3}|\d+\.\d+")
"""What the number pattern catches in vain: dates, addresses and versions of four parts, decimal numbers."""
_CODES = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,4}[-_]?\d{5,}(?![A-Za-z0-9])")

_QUOTED = re.compile(
    r"(?:(?<!\w)|(?<=\b[bruxnBRUXN]))'(?P<one>(?:[^'\\\n]|\\.)*+)'?+|\"(?P<two>(?:[^\"\\\n]|\\.)*+)\"?+"
    r"|“(?P<curly>[^”\n]*+)”?+|«(?P<angle>[^»\n]*+)»?+"
)
_WORD_BEFORE = re.compile(r"(\w+)[ :=(]{1,2}$")
_NAMING = words(
    """
    attribute catalog class column columns constraint database dialect engine field file function index job keyspace method module
    namespace object operator package path procedure relation role schema sequence table task type view
    """
)
_TOLD = re.compile(
    r"(?i)\b(?:values?|rows?|records?|tuples?|inputs?|data|string|float|int|integer|bigint|decimal|number|date|timestamp|json|entry|entries|got|"
    r"contains|detail|literal|cell|argument|key)\b[^:\n]{0,24}:[ \t]*(?P<rest>[^\n]+)"
)
_ASSIGNED = re.compile(r"=[ \t]{0,4}(?:\((?P<list>[^)\n]*+)|(?P<one>[^\s,;()'\"=]++))")
_DUMP = re.compile(
    r"(?<![\w.])(?:\[(?P<square>[^\[\]\n]*+)\]|\((?P<round>[^()\n]*+)\)|\{(?P<curly>[^{}\n]*+)\})|\b(?:Row|Dict)\((?P<row>[^()\n]*+)\)"
)
_NUMBERS = re.compile(
    r"(?<![\w.])(?P<before>(?:line|pos|position|col|column|char|code|port|version|byte|offset|stage|attempt)s?[ :=#]{1,2})?"
    r"(?P<number>\d(?:[.,/:-]?\d)*+)"
)
_PEOPLE = re.compile(r"(?<=[a-z,;:=\]] )[A-Z][\w'’-]*[a-zà-ÿ](?: [A-Z][\w'’.-]*)+")
_SHORT_NUMBER = 3
_PORT = 5
_FRAME = re.compile(
    r"\s*(?:at [\w.$<>/]+\([^()\n]*\)|\.\.\. \d+ (?:more|common frames omitted)"
    r"|File \"[^\"\n]+\", line \d+(?:, in [\w.<>]+)?|Traceback \(most recent call last\):)\s*"
)


def looks_like_data(text: str) -> bool:
    """Whether a literal carries something a person or account is found by: an address, a long number, a code with a long number."""
    return next(_data_spans(text), None) is not None or _CODES.search(text) is not None


def redact_prose(text: str, tokens: Tokens) -> Redacted:
    """A documentation or other plain text: secrets, addresses and long numbers go, words stay."""
    secrets = secret_edits(text)
    return _combine(text, [*secrets, *_tokenised(text, _data_spans(text), tokens, "txt")])


def redact_error(text: str, tokens: Tokens) -> Redacted:
    """An error message: quoted values, assigned values, dumped rows, numbers and runs of capitalised names go as well."""
    secrets = secret_edits(text)
    return _combine(text, [*secrets, *_tokenised(text, _error_spans(text), tokens, "err")])


def redact_trace(text: str, tokens: Tokens) -> Redacted:
    """A stack trace: its frames stay, every other line is an error message."""
    edits: list[Edit] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if _FRAME.fullmatch(line) is None:
            edits += _line_edits(line, tokens, at)
        at += len(line)
    return _combine(text, edits)


def _line_edits(line: str, tokens: Tokens, by: int) -> list[Edit]:
    found = [*secret_edits(line), *_tokenised(line, _error_spans(line), tokens, "err")]
    return [Edit(edit.start + by, edit.end + by, edit.replacement, edit.original) for edit in found]


def _data_spans(text: str) -> Iterator[tuple[int, int]]:
    for match in _DATA.finditer(text):
        if match.lastgroup != "num" or not (_goes_on(text, match.end()) or _NO_NUMBER.fullmatch(match.group())):
            yield match.span()


def _is_harmless(text: str, start: int, end: int) -> bool:
    """A number too short to find anyone by, a port, or one that runs on into letters."""
    is_port = end - start <= _PORT and start > 1 and text[start - 1] == ":" and text[start - 2].isalnum()
    digits = sum(character.isdigit() for character in text[start:end])
    return digits <= _SHORT_NUMBER or is_port or _goes_on(text, end)


def _goes_on(text: str, at: int) -> bool:
    """Whether a number runs on into letters, as in a time stamp, a hash or a name."""
    return at < len(text) and (text[at].isalnum() or text[at] in "_-")


def _error_spans(text: str) -> Iterator[tuple[int, int]]:
    yield from _data_spans(text)
    for match in _QUOTED.finditer(text):
        before = _WORD_BEFORE.search(text, max(0, match.start() - 32), match.start())
        if before is None or before.group(1).lower() not in _NAMING:
            yield match.span(match.lastgroup or 0)
    for match in _TOLD.finditer(text):
        yield match.span("rest")
    for match in _ASSIGNED.finditer(text):
        yield match.span("list" if match.group("list") is not None else "one")
    for match in _DUMP.finditer(text):
        inside = match.group(match.lastgroup or 0)
        if "," in inside or (":" in inside and match.lastgroup == "curly") or match.lastgroup == "row":
            yield match.span(match.lastgroup or 0)
    for match in _NUMBERS.finditer(text):
        if match.group("before") is None and not _is_harmless(text, *match.span("number")):
            yield match.span("number")
    for match in (*_PEOPLE.finditer(text), *_CODES.finditer(text)):
        yield match.span()


def _tokenised(text: str, spans: Iterator[tuple[int, int]], tokens: Tokens, kind: str) -> list[Edit]:
    """One token for each stretch; overlapping stretches become one."""
    edits: list[Edit] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if edits and start < edits[-1].end:
            start, end = edits[-1].start, max(end, edits.pop().end)
        original = text[start:end]
        edits.append(Edit(start, end, tokens.token(kind, original), original))
    return edits


def _combine(text: str, edits: list[Edit]) -> Redacted:
    """Secrets win: a stretch that touches one is dropped with it, for its original must not be sealed."""
    merged: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if merged and edit.start < merged[-1].end:
            last = merged.pop()
            merged.append(Edit(last.start, max(last.end, edit.end), DROPPED, None))
        else:
            merged.append(edit)
    return apply(text, merged)
