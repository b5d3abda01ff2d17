"""The words for a leak: what is where, why it may not be there, how bad that is, and what to do, for a person at three in the morning."""

from __future__ import annotations

from shlex import quote

from headwater.answers.leaks.places import Expected, category_of, is_secret
from headwater.answers.leaks.scene import Spot
from headwater.model.findings import Severity
from headwater.model.ids import DatasetId
from headwater.model.sensitivity.labels import Level
from headwater.model.sensitivity.leaks import SECRET_IN_DATA, LeakKind

_LEVELS = {
    Level.NONE: "nothing",
    Level.AGGREGATE: "only about groups that are large enough",
    Level.QUASI: "about a person, known from it together with other columns",
    Level.PSEUDONYMOUS: "standing for one person, whom a key tells",
    Level.DIRECT: "naming a person or account outright",
}
_OPENS = "opening what it opens to whoever reads it"


def title_of(spot: Spot, info_type: str, level: Level, kind: LeakKind) -> str:
    """What is where, in a line."""
    where = f"`{spot.column}`" if spot.column is not None else "any column"
    return f"{info_type} in {where}, {_OPENS if kind == SECRET_IN_DATA else _LEVELS[level]}"


def why_of(spot: Spot, info_type: str, level: Level, allowed: Level, expected: Expected | None, *, sure: bool) -> str:
    """Why it may not be there."""
    arrives = "" if sure else "a statement on the way was not read in full, so that it may be; "
    if expected is None:
        return f"{arrives}a secret may stand in no data, whatever is expected of it"
    told = expected.expectation
    if expected.allows(info_type) > allowed:
        return (
            f"{arrives}a secret may stand in no data above {allowed.word}, though `{told.name}` of {expected.word.origin} allows the rest"
        )
    category = category_of(info_type)
    most = f"{category or info_type} up to {allowed.word}" if allowed > Level.NONE else f"no {category or info_type}"
    purposes = expected.elsewhere(info_type, level)
    if purposes:
        used_for = f"is used for {', '.join(sorted(expected.used_for))}" if expected.used_for else "is not said to be used for anything"
        most += f", more only for {', '.join(purposes)}; this place {used_for}"
        return f"{arrives}`{told.name}` of {expected.word.origin} allows {most}, and what is there is {level.word}"
    return f"{arrives}`{told.name}` of {expected.word.origin} allows {most} here, this is {level.word}"


def severity_of(kind: LeakKind, info_type: str, level: Level) -> Severity:
    """How bad it is if true."""
    if kind == SECRET_IN_DATA or is_secret(info_type):
        return "critical" if level == Level.DIRECT else "medium"
    return {Level.DIRECT: "high", Level.PSEUDONYMOUS: "medium", Level.QUASI: "medium"}.get(level, "low")  # type: ignore[return-value]  # because these are severities


def advice(
    spot: Spot, info_type: str, job: str, expected: Expected | None, kind: LeakKind, *, sure: bool, measurable: DatasetId | None = None
) -> tuple[str, ...]:
    """What to do next: first what shows more, then what ends it.

    `measurable` is where on the way only the size of groups is wanting for it to be allowed.
    """
    told = [f"headwater lineage {quote(spot.id)} --up --columns", f"headwater impact {quote(spot.id)}"]
    where = f"in {job.removeprefix('job:')}" if job and job != "hidden" else "where it is written"
    column = f"`{spot.column}`" if spot.column is not None else "the column"
    if not sure:
        told.append(f"make the statement readable {where} (headwater gaps {quote(spot.id)} says what stands in the way)")
    elif measurable is not None:
        told.append(
            f"headwater label measure {quote(str(measurable))} counts how small the groups are: large ones tell of no single person"
        )
    if sure and kind == SECRET_IN_DATA:
        told.append(f"change the secret, then leave {column} out {where} and write {spot.dataset.name} anew")
    elif sure:
        told.append(f"leave {column} out {where}, or mask it with a function that is approved, and write {spot.dataset.name} anew")
    if expected is not None and kind != SECRET_IN_DATA:
        told.append(f"or, if {info_type} may be there, say so in {expected.word.origin} and run headwater expect {expected.word.origin}")
    return tuple(told)
