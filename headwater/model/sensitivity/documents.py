"""What is recorded of sensitivity, as documents of our own: verdicts on a dataset's columns, measurements, and what people decide.

None holds a value of any row. A decision is its maker's by the key that recorded it, holds from when it was taken in, and carries a
reason. What ends at a moment is ended by a document of its own (`human/label` with `withdraw`, or `clock/passed`), so that no fold looks
at a clock.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from headwater.model.lakes import Count, DatasetName, Document, Name, ScanGap
from headwater.model.sensitivity.classification import ColumnVerdict

LevelWord = Literal["none", "aggregate", "quasi", "pseudonymous", "direct"]
"""`labels.Level`, as people write it."""
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
InfoTypeName = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9_]{1,60}$")]
Moment = Annotated[str, msgspec.Meta(max_length=40)]
"""RFC 3339, or empty for none."""
Fingerprints = Annotated[tuple[Name, ...], msgspec.Meta(max_length=10_000)]
Patterns = Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=100)]
"""Namespaces, or globs of them."""
LabelAction = Literal["set", "confirm", "reject", "lower", "withdraw"]


class ClassifiedDataset(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`dataset/classified`: what looking at the values and names of a dataset's columns gave, as of a version where it has any.

    It replaces what the same classifier said of the same columns before. `whole` says that every column was looked at.
    """

    dataset: DatasetName
    classifier: Name
    columns: Annotated[tuple[ColumnVerdict, ...], msgspec.Meta(max_length=50_000)]
    version: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    lake: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    rows: Count = 0
    whole: bool = True
    gaps: tuple[ScanGap, ...] = ()


class MeasuredGroups(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`dataset/grouped`: how many rows the smallest group held of an aggregation, identified by its derivation's fingerprint.

    `version` is the version of `dataset` whose rows are those groups; another version, or another statement, is not covered. `person`
    is the column of which different values were counted, where not rows were.
    """

    dataset: DatasetName
    fingerprint: Name
    smallest: Count
    groups: Count = 0
    version: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    person: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


class LabelDecision(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`human/label`: a person sets, confirms, rejects or lowers a label of a column, or withdraws what was decided of it.

    `lower` holds only for what arrives by the derivations named by `fingerprints` and only for this type, until `expires`; anything
    new is not covered. `set` and `lower` say to which level.
    """

    dataset: DatasetName
    column: Name
    info_type: InfoTypeName
    action: LabelAction
    reason: Reason
    level: LevelWord | None = None
    fingerprints: Fingerprints = ()
    expires: Moment = ""


class MaskingApproval(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`human/masking`: a person approves a masking function, for the jobs of some namespaces, or (`level` direct) withdraws that.

    `level` is the highest that passes through it: `pseudonymous` for a keyed function, `none` for one that leaves nothing of the value.
    """

    function: Name
    level: LevelWord
    reason: Reason
    namespaces: Patterns = ("*",)
    expires: Moment = ""


class Allowance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The highest level that a place may hold of some categories or types; both empty means of anything.

    With `purposes` it is only for places that are declared to be used for these and for nothing else.
    """

    level: LevelWord
    categories: tuple[Literal["PII", "PHI", "PCI", "SECRET", "SPECIAL"], ...] = ()
    info_types: tuple[InfoTypeName, ...] = ()
    purposes: tuple[Name, ...] = ()
    inferred: bool = True
    """Whether what only carries the inference mark may be there."""


class Expectation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What datasets may hold: those whose namespace and name match, `columns` of them or all. The first matching allowance counts.

    `kind` tells what they are (`training` sets are asked for more). `owner` is who answers for a leak. `used_for` are the purposes that
    they serve; an expectation that says these and allows nothing only says these.
    """

    name: Name
    namespace: Name = "*"
    dataset: Name = "*"
    columns: tuple[Name, ...] = ()
    allow: tuple[Allowance, ...] = ()
    used_for: tuple[Name, ...] = ()
    kind: Literal["dataset", "folder", "destination", "model", "training"] = "dataset"
    owner: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class DeclaredExpectations(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`human/expectations`: what places may hold; it replaces what the same `origin` (a file's name, or `api`) declared before."""

    namespace: Name
    origin: Name
    expectations: Annotated[tuple[Expectation, ...], msgspec.Meta(max_length=10_000)] = ()


class DeadlinePassed(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`clock/passed`: the moment has come at which the decision recorded at `entry` ends."""

    entry: Count
    passed_at: Moment
