"""Names that others chose, made fit to be shown: nothing in them can move a cursor, turn text round or end a tag."""

from __future__ import annotations

import unicodedata

from headwater.model.words import counted

__all__ = ["counted", "fitted", "text_width", "visible", "wrapped"]

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_STAND_IN = "\N{REPLACEMENT CHARACTER}"
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

_NARROW = frozenset("fijlrtI.,:;'|!()[]{}/\\` -")
_WIDE = frozenset("mwMW@%")


def visible(name: str) -> str:
    """A name with everything unseen (controls, direction marks, lone surrogates) replaced, so that what is shown is what is there."""
    if name.isascii() and name.isprintable():
        return name
    return "".join(_STAND_IN if unicodedata.category(letter) in _UNSEEN else letter for letter in name)


def text_width(text: str, size: float) -> float:
    """About how wide a line of sans-serif text is drawn; on the generous side, since fonts differ."""
    return sum(map(_letter_width, text)) * size


def fitted(text: str, size: float, room: float) -> str:
    """The text, cut in its middle where it is wider than the room: both ends of a name tell it apart."""
    if text_width(text, size) <= room:
        return text
    keep = len(text)
    while keep > 2 and text_width(_cut(text, keep), size) > room:
        keep -= max(1, keep // 16)
    return _cut(text, keep)


def wrapped(text: str, size: float, room: float) -> list[str]:
    """The text as lines that fit the room, broken between words; a word wider than the room is cut in its middle."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(fitted(word, size, room))
    return lines


def _cut(text: str, keep: int) -> str:
    head = keep // 3
    return f"{text[:head]}{_ELLIPSIS}{text[len(text) - (keep - head) :]}"


def _letter_width(letter: str) -> float:
    if letter in _NARROW:
        return 0.34
    if letter in _WIDE:
        return 0.9
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    return 0.68 if letter.isupper() else 0.575
