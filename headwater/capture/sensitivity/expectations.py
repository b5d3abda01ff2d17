"""Expectations as people write them beside their code: a TOML text, read into what is recorded of it.

    namespace = "headwater://clinic"

    [[expect]]
    name = "what partners get names nobody"
    dataset = "public.*"
    owner = "data protection"
    allow = [{ level = "quasi", categories = ["PII", "PHI"] }]

Faults name the line and the field, never what stands there.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from headwater.capture.sensitivity.checks import misfit_of, of_the_catalogue
from headwater.model.entries import HUMAN_EXPECTATIONS
from headwater.model.errors import HeadwaterError, UsageError
from headwater.model.lakes import Name
from headwater.model.sensitivity.documents import DeclaredExpectations, Expectation

TABLE = "expect"
_LARGEST = 1_000_000
"""Characters of a text that is read."""
_EXAMPLE = '`namespace = "headwater://clinic"`'
_PLACE = re.compile(r"\$\.?([\w.\[\]-]*)")
_HEADER = re.compile(r"\s*\[\[\s*(expect(?:\s*\.\s*allow)?)\s*\]\]")
_KEY = re.compile(r"""\s*["']?([A-Za-z0-9_-]+)["']?\s*=""")
_KINDS = {"str": "a text", "int": "a number", "float": "a number", "bool": "true or false", "array": "a list", "object": "a table"}


class BadExpectations(UsageError):
    """A text of expectations cannot be read; the message says in which line, in which field and what was expected there."""

    code = "EXPECTATIONS-INVALID"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a file."""

    namespace: Name
    expect: Annotated[tuple[dict[str, Any], ...], msgspec.Meta(max_length=10_000)] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Which expectation of a file, which of its allowances, and which field; counted from 0 here, and from 1 where people read it."""

    expectation: int | None
    allowance: int | None
    field: str

    def __str__(self) -> str:
        told = [] if self.expectation is None else [f"{TABLE}[{self.expectation + 1}]"]
        told += [] if self.allowance is None else [f"allow[{self.allowance + 1}]"]
        field = re.sub(r"\[(\d+)\]", lambda found: f"[{int(found[1]) + 1}]", self.field)
        return ".".join([*told, *([field] if field else [])])


def read_expectations(text: str, *, file: str, origin: str, seen_at: str) -> DeclaredExpectations:
    """What a text declares; `file` is how messages call it, `origin` the name under which it replaces what it declared before.

    Raises:  BadExpectations: it is no TOML, says something that nobody knows, or leaves out what must be said.
    """
    if len(text) > _LARGEST:
        raise BadExpectations(f"cannot read expectations `{file}`: expected at most {_LARGEST:,} characters", next_step="split the file")
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        words = str(fault) if isinstance(fault, tomllib.TOMLDecodeError) else "nested too deep"
        raise BadExpectations(f"cannot read expectations `{file}`: expected TOML: {_lower(words)}", next_step=f"correct {file}") from None
    try:
        whole = msgspec.convert(told, _File)
    except msgspec.ValidationError as fault:
        raise _misfit(str(fault), text, file, None, told) from None
    found = tuple(_expectation(whole, index, text, file) for index in range(len(whole.expect)))
    declared = DeclaredExpectations(
        headwater=HUMAN_EXPECTATIONS, seen_at=seen_at, namespace=whole.namespace, origin=origin, expectations=found
    )
    misfit = misfit_of(declared)
    if misfit is not None:
        place = _place(misfit.path.removeprefix("expectations"), None)
        raise _told(place, misfit.expected, misfit.got, text, file)
    return declared


def _expectation(whole: _File, index: int, text: str, file: str) -> Expectation:
    told = {"namespace": whole.namespace, **whole.expect[index]}
    try:
        found = msgspec.convert(told, Expectation)
    except msgspec.ValidationError as fault:
        raise _misfit(str(fault), text, file, index, told) from None
    empty = [_Place(index, None, "used_for")] if told.get("used_for") == [] else []
    empty += [_Place(index, number, "purposes") for number, allowed in enumerate(told.get("allow", ())) if allowed.get("purposes") == []]
    for place in empty:
        raise _told(place, "at least one purpose, or no such field", "none", text, file)
    return found


def _misfit(words: str, text: str, file: str, index: int | None, told: dict[str, Any]) -> HeadwaterError:
    """The fault of a field that does not fit, in words that repeat nothing but the names of fields."""
    what, _, path = words.partition(" - at `")
    place = _place(path.rstrip("`").removeprefix("$").removeprefix("[...]"), index)
    listed = re.fullmatch(r"info_types\[(\d+)\]", place.field)
    if listed is not None and place.allowance is not None and "matching regex" in what:
        meant = told["allow"][place.allowance]["info_types"][int(listed[1])]
        return _told(place, of_the_catalogue(meant), "another", text, file)
    unknown = re.fullmatch(r"Object contains unknown field `([A-Za-z0-9_-]{1,60})`", what)
    missing = re.fullmatch(r"Object missing required field `(\w+)`", what)
    if unknown is not None:
        place = _Place(place.expectation, place.allowance, unknown[1])
        return _told(place, f"no field of this name, but {_known(place)}", "one", text, file)
    if missing is not None:
        return _told(_Place(place.expectation, place.allowance, missing[1]), _missing(missing[1]), "nothing", text, file, at=place)
    expected, _, got = what.partition(", got ")
    if what.startswith("Invalid enum value"):
        expected, got = _choices(place.field.partition("[")[0]), "something else"
    return _told(place, _worded(expected.removeprefix("Expected ")), _worded(got) if got else "something else", text, file)


def _missing(field: str) -> str:
    """What is expected of a field that has to be there."""
    words = {"namespace": f"the namespace of the datasets, such as {_EXAMPLE}", "name": "a name for the expectation"}
    return words.get(field) or (_choices(field) if field == "level" else "it to be said")


def _worded(words: str) -> str:
    """What a decoder expected or got, in words of TOML."""
    kind, _, more = words.replace("`", "").partition(" ")
    return f"{_KINDS.get(kind, _lower(kind))} {more}".strip()


def _known(place: _Place) -> str:
    if place.allowance is not None:
        return "level, categories, info_types, purposes or inferred"
    return (
        "name, namespace, dataset, columns, allow, used_for, kind or owner" if place.expectation is not None else "namespace or [[expect]]"
    )


def _choices(field: str) -> str:
    words = {
        "level": "none, aggregate, quasi, pseudonymous or direct",
        "kind": "dataset, folder, destination, model or training",
        "categories": "PII, PHI, PCI, SECRET or SPECIAL",
    }
    return f"one of {words[field]}" if field in words else "one of the words that it may be"


def _told(place: _Place, expected: str, got: str, text: str, file: str, *, at: _Place | None = None) -> BadExpectations:
    line = _line_of(text, at if at is not None else place)
    problem = f"cannot read expectations `{file}`, line {line}, field `{place}`: expected {expected}, got {got}"
    return BadExpectations(problem, next_step=f"correct line {line} of {file}")


def _place(path: str, index: int | None) -> _Place:
    """A path of the decoder's, such as `.allow[1].level` or `[3].allow[0]`, as a place in the file."""
    leading = re.match(r"^(?:\.expect)?\[(\d+)\]", path)
    if index is None and leading is not None:
        index, path = int(leading[1]), path[leading.end() :]
    allowance = re.search(r"allow\[(\d+)\]\.?(.*)$", path)
    if allowance is not None:
        return _Place(index, int(allowance[1]), allowance[2])
    return _Place(index, None, path.strip("."))


def _line_of(text: str, place: _Place) -> int:
    """The line, from 1, of a field, or of what it should stand in."""
    wanted = place.field.partition("[")[0]
    expectation = allowance = -1
    best = 1
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if place.expectation is None and line.strip().strip("[]").partition(".")[0].strip() == wanted:
            return number
        if header is not None:
            if header[1] == TABLE:
                expectation, allowance = expectation + 1, -1
            else:
                allowance += 1
        here = expectation == (-1 if place.expectation is None else place.expectation)
        if not here:
            continue
        key = _KEY.match(line)
        if header is not None and allowance in (-1, place.allowance):
            best = number
        if key is not None and key[1] == "allow" and place.allowance is not None:
            best = number
        inline = place.allowance is None or allowance in (-1, place.allowance)
        if key is not None and inline and key[1] == (wanted or "\0") and (place.allowance is None or allowance == place.allowance):
            return number
    return best


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
