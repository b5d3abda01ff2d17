"""Recognisers from elsewhere: found by name among installed packages, shown values in memory, and heard without being trusted.

A package offers one as an entry point of the group `headwater.recognisers`: a callable that takes what follows the name (`name=this`) and
gives an object with a `name` that tells its version, and `recognise(values)` that gives by info type in how many of the values it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from typing import Protocol

from headwater.capture.classify.recognised import Recognised
from headwater.model.errors import HeadwaterError, UsageError
from headwater.model.sensitivity.classification import ColumnGap, ColumnSample
from headwater.model.sensitivity.info_types import INFO_TYPES

GROUP = "headwater.recognisers"
MOST_VALUES = 60
"""Values of a column that a recogniser is shown: it may be slow."""
LONGEST = 2_000


class Recogniser(Protocol):
    """Finds info types in values. It gets values of the data, so it is code that is trusted with them; it is never sent anywhere by us."""

    name: str

    def recognise(self, values: Sequence[str]) -> Mapping[str, int]:
        """By info type of the catalogue, in how many of these values it is."""


def open_recogniser(asked: str) -> Recogniser:
    """The recogniser that is called so; what follows `=` is handed to it.

    Raises:  UsageError: no installed package offers it, or what it needs is not there.
    """
    name, _, argument = asked.partition("=")
    offered = {each.name: each for each in entry_points(group=GROUP)}
    found = offered.get(name)
    if found is None:
        known = ", ".join(f"`{each}`" for each in sorted(offered)) or "none"
        problem = f"cannot use recogniser `{name[:100]}`: expected one that an installed package offers ({known})"
        raise UsageError(problem, next_step="headwater classify --help")
    try:
        made: Recogniser = found.load()(argument)
    except HeadwaterError:
        raise
    except ImportError as fault:
        problem = f"cannot use recogniser `{name}`: expected what it needs, got no module `{fault.name}`"
        raise UsageError(problem, next_step=f'pip install "headwater[{name}]"') from None
    except Exception as fault:  # noqa: BLE001  # because it is somebody else's code, and its words may say anything
        problem = f"cannot use recogniser `{name}`: it does not start ({type(fault).__name__})"
        raise UsageError(problem, next_step=f"see what `{name}` needs") from None
    return made


def hear(recognisers: Sequence[Recogniser], sample: ColumnSample) -> tuple[tuple[Recognised, ...], tuple[ColumnGap, ...]]:
    """What recognisers find in a column, and a gap for each that failed at it."""
    values = [value[:LONGEST] for value in sample.values[:MOST_VALUES] if value.strip()]
    heard: list[Recognised] = []
    failed = 0
    for each in recognisers if values else ():
        try:
            counts = {str(info_type): int(count) for info_type, count in each.recognise(values).items()}
        except Exception:  # noqa: BLE001  # because it is somebody else's code: a fault of it must not end the scan, and is told
            failed += 1
            continue
        heard += (
            Recognised(info_type, each.name, min(count, len(values)), len(values))
            for info_type, count in sorted(counts.items())
            if info_type in INFO_TYPES and count > 0
        )
    return tuple(heard), (ColumnGap(code="RECOGNISER-FAILED", count=failed),) if failed else ()
