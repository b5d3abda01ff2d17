"""What can happen to a column on its way through a statement: an expression over it, and what it truly holds afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from headwater.model.sensitivity.labels import Level
from tests.leaks.dialects import Dialect
from tests.leaks.holding import BY_TYPE, Held

APPROVED, APPROVED_ELSEWHERE, UNAPPROVED, REDACTION, UNKNOWN = "tokenize", "keyed_hash", "pseudonymize", "redact_all", "crm_normalise"
"""A keyed function approved everywhere, one approved for jobs of elsewhere, one never; one that leaves nothing; one nobody knows."""
MACROS = (
    f"CREATE MACRO {APPROVED}(x) AS md5('kA' || x || 'kB')",
    f"CREATE MACRO {APPROVED_ELSEWHERE}(x) AS md5('kC' || x || 'kD')",
    f"CREATE MACRO {UNAPPROVED}(x) AS md5('kE' || x || 'kF')",
    f"CREATE MACRO {REDACTION}(x) AS 'hidden'",
    f"CREATE MACRO {UNKNOWN}(x) AS reverse(x)",
)
ZONE = "p.region"
TAKEN_OUT = "taken out of it"
"""Of a member nobody can say for sure that it is the one that holds what the whole does."""

Passed = tuple[str, Held]
Way = Callable[[Dialect, str, Held], Passed]


def text(dialect: Dialect, x: str, column: Held) -> str:
    """The column as text."""
    return dialect.text.format(x=x) if column.number or column.record else x


def kept(dialect: Dialect, x: str, column: Held, rng: Random) -> Passed:
    """Something that leaves every value readable."""
    if column.packed:
        return _unpacked(dialect, x, column, column.packed) if rng.random() < 0.5 else (x, column)
    ways = _NUMBER if column.number else _TEXT
    return ways[rng.randrange(len(ways))](dialect, x, column)


def _unpacked(dialect: Dialect, x: str, column: Held, member: str) -> Passed:
    pattern = dialect.member if column.record else dialect.unpack
    return pattern.format(x=x, m=member), replace(column, packed="", record=False).by(TAKEN_OUT)


def zone_taken(dialect: Dialect, x: str, column: Held) -> Passed:
    """The harmless member of a document or record that also holds something else."""
    expression, found = _unpacked(dialect, x, column, "zone")
    return expression, found.emptied().by("another member taken out")


def _copied(dialect: Dialect, x: str, column: Held) -> Passed:
    return x, column


def _cast(dialect: Dialect, x: str, column: Held) -> Passed:
    return dialect.text.format(x=x), replace(column, number=False).by("cast")


def _prefixed(dialect: Dialect, x: str, column: Held) -> Passed:
    return f"CONCAT('C', {x})", replace(column, whole=False).by("concatenated")


def _piped(dialect: Dialect, x: str, column: Held) -> Passed:
    return f"'id-' || {x} || '-x'", replace(column, whole=False).by("concatenated")


def _trimmed(dialect: Dialect, x: str, column: Held) -> Passed:
    return f"TRIM(LOWER({x}))", column.by("trimmed")


def _filled(dialect: Dialect, x: str, column: Held) -> Passed:
    return f"COALESCE({x}, 'none')", column.by("coalesced")


def _cased(dialect: Dialect, x: str, column: Held) -> Passed:
    return f"CASE WHEN {x} IS NULL THEN 'none' ELSE {x} END", column.by("through CASE")


def _rounded(dialect: Dialect, x: str, column: Held) -> Passed:
    return f"ROUND({x}, 0)", replace(column, whole=False).by("rounded")


def _zeroed(dialect: Dialect, x: str, column: Held) -> Passed:
    return f"COALESCE({x}, 0) + 0", replace(column, whole=False).by("added to nothing")


_TEXT: tuple[Way, ...] = (_copied, _copied, _copied, _cast, _prefixed, _piped, _trimmed, _filled, _cased)
_NUMBER: tuple[Way, ...] = (_copied, _copied, _rounded, _zeroed)


def digested(dialect: Dialect, x: str, column: Held) -> Passed:
    """A plain digest: whoever can try all values undoes it."""
    left = {told: held if BY_TYPE[told].guessable else min(held, Level.PSEUDONYMOUS) for told, held in column.holds.items()}
    made = replace(column, holds=left, number=False, record=False, packed="", whole=False, plain=column.plain and column.whole)
    return dialect.digest.format(x=text(dialect, x, column)), made.by("digested")


def _applied(function: str, level: Level, way: str) -> Way:
    def apply(dialect: Dialect, x: str, column: Held) -> Passed:
        made = replace(column.lowered(level), number=False, record=False, packed="", whole=False, plain=False)
        return f"{function}({text(dialect, x, column)})", made.by(way)

    return apply


def packed(dialect: Dialect, x: str, column: Held) -> Passed:
    """Hidden in a document beside something harmless."""
    made = replace(column, packed="m", number=False, whole=False)
    return dialect.pack.format(x=text(dialect, x, column), y=ZONE, m="m"), made.by("hidden in JSON")


def recorded(dialect: Dialect, x: str, column: Held) -> Passed:
    """Hidden in a record beside something harmless."""
    made = replace(column, packed="m", record=True, number=False, whole=False)
    return dialect.record.format(x=text(dialect, x, column), y=ZONE, m="m"), made.by("hidden in a record")


LEAKING: dict[str, Way] = {
    "digested": digested,
    "masked by what nobody approved": _applied(UNAPPROVED, Level.DIRECT, "masked by what nobody approved"),
    "masked by what was approved elsewhere": _applied(APPROVED_ELSEWHERE, Level.DIRECT, "masked by what was approved elsewhere"),
    "through a function nobody knows": _applied(UNKNOWN, Level.DIRECT, "through a function nobody knows"),
    "hidden in JSON": packed,
    "hidden in a record": recorded,
}


def _blanked(dialect: Dialect, x: str, column: Held) -> Passed:
    return "'withheld'", column.emptied().by("replaced by a constant")


def _decided(dialect: Dialect, x: str, column: Held) -> Passed:
    return f"CASE WHEN {text(dialect, x, column)} LIKE '%7%' THEN 'a' ELSE 'b' END", column.emptied().by("only decided something")


def _measured_length(dialect: Dialect, x: str, column: Held) -> Passed:
    return f"LENGTH({text(dialect, x, column)})", (
        replace(column.lowered(Level.QUASI), number=True, plain=False, packed="", record=False).by("its length")
    )


def _tested(dialect: Dialect, x: str, column: Held) -> Passed:
    made = replace(column.lowered(Level.QUASI), number=False, plain=False, packed="", record=False)
    return dialect.text.format(x=f"({x} IS NULL)"), made.by("tested")


def _cut(dialect: Dialect, x: str, column: Held) -> Passed:
    made = replace(column.lowered(Level.QUASI), number=False, plain=False, packed="", record=False, whole=False)
    return f"LEFT({text(dialect, x, column)}, 2)", made.by("cut short")


HONEST: dict[str, tuple[Level, Way]] = {
    "replaced by a constant": (Level.NONE, _blanked),
    "only decided something": (Level.NONE, _decided),
    "redacted": (Level.NONE, _applied(REDACTION, Level.NONE, "redacted")),
    "its length": (Level.QUASI, _measured_length),
    "tested": (Level.QUASI, _tested),
    "cut short": (Level.QUASI, _cut),
    "masked by an approved function": (Level.PSEUDONYMOUS, _applied(APPROVED, Level.PSEUDONYMOUS, "masked by an approved function")),
}
"""What leaves so little that a place which allows that level may hold it."""
