"""Long lists of literal rows, as dumps write them: all but the first are folded into one, for they hold no name and so no lineage.

Places in the text stay what they are. What was folded is counted in by a digest, so that other rows are another statement.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from headwater.capture.sql.adapter import Grammar

_LEAST_CHARACTERS = 200
"""Less is not worth folding, and would not hold the row that stands for it."""
_WIDEST = 2_000
"""Columns of a row; a wider one is read as it is."""
_NUMBER = r"[-+]?(?:\d[\w.]*+|\.\d\w*+)(?:(?<=[eE])[-+]\d++)?"
_WORD = r"(?i:NULL|TRUE|FALSE)\b"


def folded(text: str, grammar: Grammar) -> str:
    """A text of the same length in which literal rows after VALUES, all as wide as the first of them, are one row and white space.

    Cost: linear in the text.
    """
    escapes = grammar.dialect.tokenizer_class.STRING_ESCAPES
    literal = _literal(doubled="'" in escapes, backslash="\\" in escapes)
    pieces: list[str] = []
    done = at = 0
    places = _places(literal)
    while (found := places.search(text, at)) is not None:
        at = found.end()
        if found["values"] is None:
            continue
        first, width = _first_row(literal, text, at)
        if not width:
            continue
        at = _end_of_rows(literal, width, text, first)
        if at - first >= _LEAST_CHARACTERS + 6 * width:
            pieces += [text[done:first], _stand_in(text[first:at], width)]
            done = at
    return "".join([*pieces, text[done:]]) if pieces else text


def _stand_in(rows: str, width: int) -> str:
    """One row in place of many: their digest, and white space to keep the length."""
    digest = hashlib.sha256(rows.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f",('{digest}'{',NULL' * (width - 1)})".ljust(len(rows))


@lru_cache(maxsize=4)
def _literal(*, doubled: bool, backslash: bool) -> str:
    """A literal, or one of the things that may stand in its place without a name in them."""
    inner = "|".join([r"[^'\\]++" if backslash else "[^']++", *(["''"] if doubled else []), *([r"\\."] if backslash else [])])
    return rf"(?:(?:\b(?i:[NX]|_binary\s?))?'(?s:{inner})*+'(?!')|{_NUMBER}|{_WORD})"


@lru_cache(maxsize=4)
def _places(literal: str) -> re.Pattern[str]:
    """Strings, quoted names and comments, in which nothing counts, and VALUES. What never ends is the rest of the text, found once."""
    string = literal[: literal.index(f"|{_NUMBER}")].replace("'(?!')", "(?:'(?!')|\\Z)") + ")"
    return re.compile(rf'{string}|"[^"]*+"|`[^`]*+`|--[^\n]*+|/\*(?s:.*?)(?:\*/|\Z)|(?P<values>\b(?i:VALUES)\s*+(?=\())')


def _first_row(literal: str, text: str, at: int) -> tuple[int, int]:
    """Where a row of literals that begins here ends, and how wide it is; a width of 0 where it is none."""
    opening, further, closing = _parts(literal)
    found, width = opening.match(text, at), 0
    while found is not None and width < _WIDEST:
        at, width = found.end(), width + 1
        found = further.match(text, at)
    end = closing.match(text, at) if width else None
    return (end.end(), width) if end is not None else (at, 0)


def _end_of_rows(literal: str, width: int, text: str, at: int) -> int:
    """Where the further rows of this width end."""
    row = _row(literal, width)
    while (found := row.match(text, at)) is not None:
        at = found.end()
    return at


@lru_cache(maxsize=4)
def _parts(literal: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"\(\s*+{literal}"), re.compile(rf"\s*+,\s*+{literal}"), re.compile(r"\s*+\)")


@lru_cache(maxsize=64)
def _row(literal: str, width: int) -> re.Pattern[str]:
    """A further row."""
    return re.compile(rf"\s*+,\s*+\(\s*+{literal}(?:\s*+,\s*+{literal}){{{width - 1}}}\s*+\)")
