"""What of a project's hooks changed: which came, went or are another text, what reaches what by them now, and what that touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from headwater.answers.dbt.hooks import HookReading
from headwater.answers.dbt.touch import Reach
from headwater.capture.dbt.artifacts import text
from headwater.capture.dbt.hooks import written_hooks
from headwater.model.dbt import Change, EdgeChange, HookChange
from headwater.model.ids import DatasetId
from headwater.model.lineage import Flow

Hooks = Mapping[str, HookReading]
Written = tuple[DatasetId, Flow]


def hook_changes(before: Hooks, after: Hooks, names: Mapping[DatasetId, str]) -> Iterator[HookChange]:
    """Hooks that came, went, are another text, or write from elsewhere though their text is the same."""
    for name, old, new in _different(before, after):
        told = new or old
        assert told is not None
        change: Change = "added" if old is None else "removed" if new is None else "changed"
        added, removed = _gained(old, new), _gained(new, old)
        yield HookChange(
            id=name,
            change=change,
            writes=told.row.writes,
            is_read=all(each is None or each.row.status == "complete" for each in (old, new)),
            edges_added=tuple(sorted(_edges(added, names), key=_order)),
            edges_removed=tuple(sorted(_edges(removed, names), key=_order)),
        )


def hooked(before: Hooks, after: Hooks) -> dict[DatasetId, Reach]:
    """What of the datasets that changed hooks write is touched by that: columns, or rows where no column's lineage is another."""
    reached: dict[DatasetId, Reach] = {}
    for _, old, new in _different(before, after):
        flows = [*_gained(old, new), *_gained(new, old)]
        for dataset, flow in flows:
            reach = reached.setdefault(dataset, Reach())
            reach.all_rows |= flow.target_column is None
            reach.columns |= {flow.target_column} if flow.target_column is not None else set()
        for dataset in {written for each in (old, new) if each is not None for written in each.writes}:
            if dataset not in {target for target, _ in flows}:
                reached.setdefault(dataset, Reach()).all_rows = True
    return reached


def _different(before: Hooks, after: Hooks) -> Iterator[tuple[str, HookReading | None, HookReading | None]]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old is None or new is None or _text(old) != _text(new) or _sql(old) != _sql(new) or old.flows != new.flows:
            yield name, old, new


def _text(reading: HookReading) -> str:
    """A hook as it was written, in one layout."""
    if reading.node.role == "operation":
        written = reading.hook.sql or text(reading.node.raw, "raw_code") or ""
    else:
        written = dict(written_hooks(reading.node)).get(reading.hook.name, "")
    return " ".join(written.split())


def _sql(reading: HookReading) -> str | None:
    """What its templates become, in one layout: a macro that it calls may be another."""
    return " ".join(reading.hook.sql.split()) if reading.hook.sql is not None else None


def _gained(old: HookReading | None, new: HookReading | None) -> frozenset[Written]:
    return (new.flows if new is not None else frozenset()) - (old.flows if old is not None else frozenset())


def _edges(flows: Iterable[Written], names: Mapping[DatasetId, str]) -> Iterator[EdgeChange]:
    for dataset, flow in flows:
        source, target = names.get(flow.source, flow.source.name), names.get(dataset, dataset.name)
        told = f"{source}.{flow.source_column}" if flow.source_column is not None else f"rows of {source}"
        reached = f"{target}.{flow.target_column}" if flow.target_column is not None else f"rows of {target}"
        yield EdgeChange(told, reached, flow.kind.name, flow.masking)


def _order(edge: EdgeChange) -> tuple[str, ...]:
    return edge.column or "", edge.source, edge.kind, edge.masking or ""
