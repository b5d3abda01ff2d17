"""Numbers and durations in words, the same wherever a reason is told."""

from __future__ import annotations

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def lasting(seconds: int) -> str:
    """A duration in its largest unit of which it has two or more, minutes at least."""
    for size, word in _UNITS:
        if seconds >= 2 * size:
            return counted(seconds // size, word)
    return counted(seconds // 60, "minute")
