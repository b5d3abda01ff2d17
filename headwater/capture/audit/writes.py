"""One statement that changed data, as a platform's own log tells it, and how the words of such logs are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from headwater.model.lakes import STAMPS

_STAMP = re.compile(rf"(?<![\w.-])({'|'.join(re.escape(stamp) for stamp in STAMPS)})\s*[=:]\s*['\"]?([\w.:/-]{{1,200}})")
_ZONE = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)
_OFFSET = re.compile(r"\s*([+-])(\d{2}):?(\d{2})?$")
_COMMENT = re.compile(r"/\*(.{0,1000}?)\*/|--([^\n]{0,1000})", re.DOTALL)
_LONGEST_TAG = 2_000
_COMMENTS = 4_000
"""Characters at either end of a text in which comments are looked for; that is where tools put them."""


class Unfit(ValueError):
    """A record is not one of this platform's log; says in words what is wrong, and shows nothing of it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A table that a statement changed, and by how many rows as far as the log says."""

    table: str
    added: int | None = None
    removed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedWrite:
    """A statement that changed data. `id` is the platform's own, `changed` is empty where the log does not say what it changed.

    `statement` is its text, `catalog` and `schema` what completes the names in it.
    """

    id: str
    started: datetime
    ended: datetime
    author: str
    operation: str
    changed: tuple[Changed, ...] = ()
    statement: str = ""
    catalog: str = ""
    schema: str = ""
    engine: str = ""
    stamps: Mapping[str, str]


def plain(record: object) -> dict[str, Any]:
    """A record with its members' names in lower case.

    Raises:  Unfit: it is no record.
    """
    if type(record) is not dict:
        raise Unfit("it is no record")
    return {str(key).lower(): value for key, value in record.items()}


def text(record: Mapping[str, Any], *names: str) -> str:
    """The first of these members that is a text, or a number written as one; empty where there is none."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{value:.0f}" if isinstance(value, float) else str(value)
    return ""


def needed(record: Mapping[str, Any], *names: str) -> str:
    """The same where there has to be one.

    Raises:  Unfit.
    """
    found = text(record, *names)
    if not found:
        raise Unfit(f"it has no `{names[0]}`")
    return found


def number(record: Mapping[str, Any], name: str) -> int | None:
    """A count, also where it is written as a text; None where the log does not say."""
    value = record.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and len(value) < 20 and value.isascii() and value.isdigit():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None


def listed(value: object) -> list[dict[str, Any]]:
    """A list of records, also where it is a text of JSON; empty for anything else.

    Raises:  Unfit: a text that is none.
    """
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value) if value.strip() else []
        except msgspec.DecodeError:
            raise Unfit("a list in it is not JSON") from None
    return [member for member in value if type(member) is dict] if type(value) is list else []


def instant(record: Mapping[str, Any], *names: str) -> datetime:
    """A time as logs write it: with a zone, or in UTC where they name none.

    Raises:  Unfit: there is none, or its zone is told by a name that several have.
    """
    value = next((record[name] for name in names if record.get(name)), None)
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if not isinstance(value, str):
        raise Unfit(f"it has no `{names[0]}`")
    return read_instant(value, names[0])


def read_instant(value: str, name: str) -> datetime:
    """A time in a text.

    Raises:  Unfit.
    """
    told, zone = _ZONE.sub("", value.strip()), UTC
    offset = _OFFSET.search(told[10:])
    if offset is not None:
        told = told[: 10 + offset.start()]
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes >= 24 * 60:
            raise Unfit(f"its `{name}` is not a time")
        zone = timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        found = datetime.fromisoformat(told[:26])
    except ValueError:
        raise Unfit(f"its `{name}` is not a time in UTC or with an offset") from None
    return found.replace(tzinfo=zone)


def stamps(statement: str, *tags: str, labels: Mapping[str, Any] | None = None) -> dict[str, str]:
    """What a statement says of the run that made it: in a tag, in its labels, or in a comment such as `/* lineage.run-id=… */`."""
    found: dict[str, str] = {}
    for told in (*(tag[:_LONGEST_TAG] for tag in tags), *_comments(statement)):
        for key, value in _STAMP.findall(told.replace('"', " ")):
            found.setdefault(key, value)
    wanted = {stamp.replace(".", "-").replace("_", "-"): stamp for stamp in STAMPS}
    for key, value in (labels or {}).items():
        stamp = wanted.get(str(key).replace("_", "-").replace(".", "-"))
        if stamp is not None and isinstance(value, str) and value:
            found.setdefault(stamp, value[:200])
    return found


def _comments(statement: str) -> list[str]:
    ends = statement if len(statement) <= 2 * _COMMENTS else f"{statement[:_COMMENTS]}\n{statement[-_COMMENTS:]}"
    return [block or line for block, line in _COMMENT.findall(ends)]
