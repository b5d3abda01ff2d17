"""What answers about labels hold: labels of columns with their witnesses, and the way by which each came."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.model.lakes import DatasetName


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessView:
    """Who says that a column holds a type: its values, its name, a person, or lineage; each at the level that it says.

    `sure` is false for what is only suspected, and for lineage of which some hop is not confirmed. `entries` of lineage are those of the
    way's last hop.
    """

    witness: str
    level: str
    sure: bool
    confidence: float | None = None
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelHop:
    """One hop of a label's way: what the statement, plan or claim leaves of the label, as its transfer and in words.

    `source` and `target` are node ids; a dataset's stands for all its rows, and `hidden` for one that the asker may not see.
    """

    source: str
    target: str
    kind: str
    transfer: str
    rule: str
    confirmed: bool
    job: str
    derivation: int
    fingerprint: str
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelView:
    """A label of a column. `inferred`: something of the type decided which rows it has or which value it took.

    `level` none is the bare inference mark. `confirmed_level` is the highest level that is confirmed, where the label is only possible.
    `way` is the shortest by which it came, from where the type stands by itself; empty where it stands there by itself.
    """

    node: str
    dataset: DatasetName
    column: str
    info_type: str
    category: str
    level: str
    inferred: bool
    tier: str
    confirmed_level: str
    witnesses: tuple[WitnessView, ...]
    way: tuple[LabelHop, ...] = ()
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelList:
    """The labels asked for, by dataset, column and type. `hidden` counts columns with labels that the asker may not see."""

    labels: tuple[LabelView, ...]
    hidden: int = 0
