"""Facts about sensitivity: who found what in a column, what was measured, and what people decided."""

from __future__ import annotations

from headwater.model.entries import Position
from headwater.model.facts import Fact
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.sensitivity.classification import ColumnVerdict
from headwater.model.sensitivity.documents import Expectation, LabelAction
from headwater.model.sensitivity.labels import Level
from headwater.model.times import FOREVER, Instant


class DatasetClassified(Fact, frozen=True, kw_only=True, tag="dataset-classified"):
    """Values and names of a dataset's columns were looked at, as of a version where it has any."""

    dataset: DatasetId
    classifier: str
    version: str
    columns: tuple[ColumnVerdict, ...]
    whole: bool = True


class GroupsMeasured(Fact, frozen=True, kw_only=True, tag="groups-measured"):
    """The smallest group of an aggregation that made a version of a dataset was counted."""

    dataset: DatasetId
    fingerprint: str
    smallest: int
    version: str = ""


class LabelDecided(Fact, frozen=True, kw_only=True, tag="label-decided"):
    """A person decided on a label of a column. `fingerprints` bind a lowering to derivations."""

    column: ColumnId
    info_type: str
    action: LabelAction
    reason: str
    by: str
    level: Level | None = None
    fingerprints: tuple[str, ...] = ()
    expires: Instant = FOREVER


class MaskingApproved(Fact, frozen=True, kw_only=True, tag="masking-approved"):
    """A person approved a masking function for the jobs of some namespaces; level DIRECT withdraws it."""

    function: str
    level: Level
    namespaces: tuple[str, ...]
    reason: str
    by: str
    expires: Instant = FOREVER


class ExpectationsDeclared(Fact, frozen=True, kw_only=True, tag="expectations-declared"):
    """What places may hold, as one origin declares it; replaces what that origin declared before."""

    namespace: str
    origin: str
    expectations: tuple[Expectation, ...]
    by: str


class DeadlineReached(Fact, frozen=True, kw_only=True, tag="deadline-reached"):
    """The decision of an entry is over."""

    entry: Position
