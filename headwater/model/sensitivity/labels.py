"""The lattice of labels: how near to a person a value leads, and what passing through a transformation leaves of that.

A label says of a column that it holds information of a type, and at which `Level`: the levels form a chain, so that two labels of one
type join to the higher level. Beside it stands the inference mark: the column holds nothing of the type, but something of the type
decided which rows it has or which value it took.

A `Transfer` says what one hop leaves: a highest level that passes, by type where the function's worth depends on whether values of the type
can be guessed. Transfers compose to the lower of their levels, so a chain of hops is one transfer whatever way it is cut.

Source:  docs/decisions/0023-labels-and-transfers.md; Denning, A lattice model of secure information flow, 1976.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

SMALLEST_GROUP = 11
"""Rows that the smallest group must hold for an aggregate to be about no single person.

Source:  Centers for Medicare & Medicaid Services, cell size suppression policy (Data Use Agreement, form CMS-R-0235): no cell of 10 or
         less is shown.
"""


class Level(IntEnum):
    """Identifiability, from nothing to a person named outright."""

    NONE = 0
    AGGREGATE = 1
    """Only about groups whose smallest was measured and is large enough."""
    QUASI = 2
    """About a person, who is known from it only together with other columns; attributes such as a diagnosis begin here."""
    PSEUDONYMOUS = 3
    """Stands for one person; who that is takes a key."""
    DIRECT = 4
    """Names a person, account or secret by itself."""

    @property
    def word(self) -> str:
        """As people write it."""
        return self.name.lower()


class Transfer(IntEnum):
    """What one hop leaves of a label. The integers sit in numpy arrays, and order does not matter."""

    INFER = 0
    """Nothing but the inference mark: joins, filters, groupings, sorts, conditions, the number of rows."""
    AGGREGATED = 1
    """An aggregate over groups that were measured to be large enough."""
    GENERALISED = 2
    """A count, a length, a test, a truncation: no value of the source, though perhaps of one person."""
    PSEUDONYMISED = 3
    """A keyed function that a person approved."""
    KEEP = 4
    """Everything: copies, casts, unknown functions, and whatever could not be read."""
    DIGESTED = 5
    """A digest without a key: undone by trying where values can be guessed, so it keeps those, and makes others pseudonymous."""

    def passes(self, *, guessable: bool) -> Level:
        """The highest level that passes for a type."""
        if self is Transfer.DIGESTED:
            return Level.DIRECT if guessable else Level.PSEUDONYMOUS
        return Level(int(self))


class Label(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """One label of a column. `level` NONE with `inferred` is the bare inference mark."""

    info_type: str
    level: Level
    inferred: bool = False
