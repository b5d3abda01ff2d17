"""Fingerprints of derivations: what was computed, apart from how it was written down.

Our own serialisation, versioned, of two things: the statement's words with their literals, comments and white space gone, keywords and
unquoted names folded; and what they were resolved to (tables with defaults applied, and every edge). It does not use the parser's trees,
so that a new parser does not move it; quoted names, strings and numbers count to the letter.

It is made in two steps: the stem, in which redaction's tokens are told by their kind only, and the stem with the tokens. So statements
that differ in nothing but tokens share a stem, and their fingerprints cost a glance (`cache`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from headwater.capture.redaction.tokens import MARK, apart
from headwater.capture.sql.adapter import Grammar, Token, TokenType
from headwater.model.lineage import TableEdge

VERSION = "1"

_EXACT = {
    TokenType.STRING: "s",
    TokenType.NATIONAL_STRING: "s",
    TokenType.RAW_STRING: "s",
    TokenType.HEREDOC_STRING: "s",
    TokenType.UNICODE_STRING: "s",
    TokenType.BYTE_STRING: "b",
    TokenType.BIT_STRING: "b",
    TokenType.HEX_STRING: "b",
    TokenType.NUMBER: "n",
    TokenType.HINT: "h",
}
_TOLD_APART = _EXACT.keys() | {TokenType.SEMICOLON, TokenType.IDENTIFIER}


class Stem(NamedTuple):
    """A fingerprint before its tokens are counted in, and the digests of these in the order of the text."""

    digest: str
    tokens: list[str]

    @property
    def fingerprint(self) -> str:
        """Tokens counted in to the letter."""
        return with_tokens(self.digest, self.tokens)


def with_tokens(digest: str, tokens: Sequence[str]) -> str:
    """The fingerprint of a statement of this stem that holds tokens of these digests, all of which are of one length."""
    return _short(f"tokens {VERSION} {digest} {''.join(tokens)}") if tokens else digest


def of_text(text: str) -> Stem:
    """The stem of a text nobody can read: its bytes, white space at the ends apart."""
    pieces, kinds, digests = apart(text.strip())
    return Stem(_digest(["text", *pieces, *kinds]), digests)


def of_lineage(
    tokens: Sequence[Token],
    grammar: Grammar,
    *,
    sources: Iterable[str],
    targets: Iterable[str],
    overwrites: Iterable[str],
    edges: Iterable[TableEdge],
) -> Stem:
    """The stem of a statement that was read, with what it was resolved to."""
    words, stand_ins = _words(tokens, grammar)
    resolved = [*(f"r{name}" for name in sources), *(f"w{name}" for name in targets), *(f"o{name}" for name in overwrites)]
    flows = dict.fromkeys(_edge(edge) for edge in edges)  # measures are told by the words
    return Stem(_digest(["sql", grammar.name, str(len(words)), *words, str(len(resolved)), *resolved, *flows]), stand_ins)


def _words(tokens: Sequence[Token], grammar: Grammar) -> tuple[list[str], list[str]]:
    """One string per word, tagged by sort; a trailing semicolon, or two in a row, are formatting. Redaction's tokens are told apart."""
    words: list[str] = []
    stand_ins: list[str] = []
    folded: dict[str, list[str]] = {}
    for token in tokens:
        kind, text = token.token_type, token.text
        if kind not in _TOLD_APART:
            parts = folded.get(text)
            if parts is None:
                parts = folded[text] = ["i" + grammar.fold(part) for part in text.split()]
            words += parts
        elif kind is TokenType.SEMICOLON:
            if words and words[-1] != ";":
                words.append(";")
        elif kind is TokenType.IDENTIFIER:
            words.append("i" + text)
        elif text.startswith(MARK) and (found := apart(f"'{text}'")).pieces == ["", ""]:
            stand_ins += found.digests
            words.append(f"t{_EXACT[kind]}{found.kinds[0]}")
        else:
            words.append(_EXACT[kind] + text)
    while words and words[-1] == ";":
        words.pop()
    return words, stand_ins


def _edge(edge: TableEdge) -> str:
    parts = (edge.source_table, edge.source_column, edge.target_table, edge.target_column, str(int(edge.kind)), edge.masking)
    return "\x1f".join("\x1e" if part is None else part for part in parts)


def _digest(parts: Iterable[str]) -> str:
    """SHA-256 over length-prefixed parts, so that no two lists of parts share a digest."""
    return _short("".join([f"{len(part)}:{part}" for part in ("headwater-sql-fingerprint", VERSION, *parts)]))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
