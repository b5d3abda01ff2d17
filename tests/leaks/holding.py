"""What a column truly holds of which information, and how its values are marked so that running a pipeline shows it again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from headwater.model.sensitivity.labels import Level

ROWS = 240
"""Rows of each source; regions hold more than forty of them."""
REGIONS = 5


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A type of information as the sources hold it: the column's usual name, where it begins, and the value of a person by number."""

    info_type: str
    category: str
    column: str
    level: Level
    value: Callable[[int], str | int]
    guessable: bool = True

    @property
    def is_number(self) -> bool:
        """Whether its values can be summed."""
        return isinstance(self.value(0), int)


SENSITIVE: tuple[Sensitive, ...] = (
    Sensitive("MEDICAL_RECORD_NUMBER", "PHI", "mrn", Level.DIRECT, lambda n: f"7{n:04d}3195"),
    Sensitive("EMAIL", "PII", "email", Level.DIRECT, lambda n: f"pat{n:04d}q@mail.example"),
    Sensitive("US_SSN", "PII", "ssn", Level.DIRECT, lambda n: f"5{n:04d}8264"),
    Sensitive("PERSON_NAME", "PII", "full_name", Level.DIRECT, lambda n: f"xena{n:04d} quill"),
    Sensitive("CREDIT_CARD", "PCI", "card_no", Level.DIRECT, lambda n: f"4929{n:04d}00017{n % 1000:03d}"),
    Sensitive("PHONE", "PII", "phone", Level.DIRECT, lambda n: f"+4930{n:04d}77"),
    Sensitive("API_TOKEN", "SECRET", "access_key", Level.DIRECT, lambda n: f"ghx_{n:04d}zzkeyzz", guessable=False),
    Sensitive("DIAGNOSIS", "PHI", "diagnosis", Level.QUASI, lambda n: f"dx{n:04d}nosis"),
    Sensitive("BIRTH_DATE", "PII", "born", Level.QUASI, lambda n: f"19{n % 80 + 10}-bd{n:04d}"),
    Sensitive("SALARY", "PII", "salary", Level.QUASI, lambda n: 1_300_007 + 1_009 * n),
)
BY_TYPE: Mapping[str, Sensitive] = {told.info_type: told for told in SENSITIVE}


@dataclass(frozen=True, slots=True)
class Held:
    """A column of a table: its name, whether it is a number, what it holds by type, and the ways by which it came.

    `thread` is the type it set out with. `packed` is the member under which the value stands in a document, or in a `record`. `whole`
    says that values stand in it as they were, `plain` that they can be seen in it, or a digest of them, by whoever runs the statements.
    `first` tells of each type which job first put it where it may not be.
    """

    name: str
    holds: Mapping[str, Level] = field(default_factory=dict)
    thread: str = ""
    number: bool = False
    packed: str = ""
    record: bool = False
    whole: bool = True
    plain: bool = True
    ways: tuple[str, ...] = ()
    first: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_sensitive(self) -> bool:
        """Whether it holds anything of anybody."""
        return bool(self.holds)

    def called(self, name: str) -> Held:
        """The same under another name."""
        return replace(self, name=name)

    def lowered(self, level: Level) -> Held:
        """What is left of it where at most a level passes."""
        left = {info_type: min(held, level) for info_type, held in self.holds.items()}
        return replace(self, holds={info_type: held for info_type, held in left.items() if held > Level.NONE})

    def emptied(self) -> Held:
        """Nothing left of it."""
        return replace(self, holds={}, first={}, packed="", record=False, number=False)

    def by(self, way: str) -> Held:
        """With one more way by which it came."""
        return replace(self, ways=(*self.ways, way))


def joined(one: Held, other: Held) -> Held:
    """A column that values of two came into: what either holds, at the higher level."""
    types = {*one.holds, *other.holds}
    holds = {told: max(one.holds.get(told, Level.NONE), other.holds.get(told, Level.NONE)) for told in sorted(types)}
    return replace(one, holds=holds, plain=False, whole=False, ways=(*one.ways, *other.ways), first={**one.first, **other.first})


def marks(info_type: str) -> list[str]:
    """Every value of a type, and every digest of one that anybody could make by trying."""
    told = BY_TYPE[info_type]
    values = [str(told.value(number)) for number in range(ROWS)]
    if not told.guessable:
        return values
    digests = (digest(value.encode()).hexdigest() for value in values for digest in (hashlib.md5, hashlib.sha256))
    return [*values, *digests]
