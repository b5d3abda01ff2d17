"""What does a change of a dbt project touch? Two projects read the same way, node by node, then followed downstream.

Relations of the second project are given the names they have in the first, so that one built into another schema or database is
compared for what it computes, not for where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from headwater.answers.dbt.hook_changes import hook_changes, hooked
from headwater.answers.dbt.hooks import HookReading, read_hooks
from headwater.answers.dbt.paths import Ways, masks_lost, new_paths
from headwater.answers.dbt.reading import ModelReading, Remembered, read_project
from headwater.answers.dbt.renames import rekeyed, renamed_like, renames
from headwater.answers.dbt.settings import setting_notes, tests_gone, type_notes
from headwater.answers.dbt.touch import touched_by
from headwater.capture.dbt.artifacts import inner, text
from headwater.capture.dbt.project import Node, Project
from headwater.capture.sql import NoSchemas, analyse
from headwater.model.dbt import Change, ConsumerChange, DbtDiff, EdgeChange, ModelChange, Unread
from headwater.model.ids import DatasetId
from headwater.model.lineage import Flow

Readings = Mapping[str, ModelReading]


def compare(base: Project, head: Project, base_name: str, head_name: str) -> DbtDiff:
    """Everything that is different, and everything that reads what is."""
    renamed = renames(base, head)
    base = rekeyed(base, renamed)
    types = {
        unique_id: tuple(type_notes(base, head, base.nodes[unique_id], node))
        for unique_id, node in head.nodes.items()
        if unique_id in base.nodes
    }
    head = renamed_like(base, head)
    base, head = replace(base, catalog=base.catalog or head.catalog), replace(head, catalog=head.catalog or base.catalog)
    remembered = Remembered()
    before, after = (read_project(project, inferred=True, remembered=remembered) for project in (base, head))
    names = _names(before, after)
    changes = {change.id: change for change in _changes(base, before, after, names, types, renamed)}
    hooks = [{each.id: each for each in read_hooks(*side)} for side in ((base, before), (head, after))]
    touched = touched_by(changes, before, after, head, hooked(*hooks))
    models = [
        replace(_of(changes, unique_id), touched=tuple(sorted(reach.columns)), all_rows=reach.all_rows)
        for unique_id, reach in touched.models.items()
    ]
    consumers = tuple(sorted(_consumers(base, head, touched.consumers)))
    old, new = Ways.of(base, before, hooks[0].values()), Ways.of(head, after, hooks[1].values())
    return DbtDiff(
        base=base_name,
        head=head_name,
        models=tuple(sorted(models, key=lambda change: (change.change == "affected", change.id))),
        consumers=consumers,
        masks_lost=masks_lost(old, new, names),
        new_paths=new_paths(old, new, names),
        unread=tuple(sorted((*_unread(before, after), *_unread_hooks(*hooks)))),
        hooks=tuple(hook_changes(hooks[0], hooks[1], names)),
        tests_gone=tuple(sorted(tests_gone(base, head))),
        notes=(f"these are two projects, `{base.name}` and `{head.name}`",) if base.name != head.name else (),
        unchanged=sum(1 for unique_id, reading in after.items() if unique_id not in touched.models and reading.node.role == "dataset"),
    )


def _names(before: Readings, after: Readings) -> dict[DatasetId, str]:
    """A short name for every dataset, as people of the project know it."""
    return {reading.dataset: _short(reading.node) for readings in (before, after) for reading in readings.values()}


def _short(node: Node) -> str:
    return f"{text(node.raw, 'source_name') or 'source'}.{node.name}" if node.kind == "source" else node.name


def _of(changes: Mapping[str, ModelChange], unique_id: str) -> ModelChange:
    return changes.get(unique_id) or ModelChange(id=unique_id, change="affected")


def _changes(
    base: Project,
    before: Readings,
    after: Readings,
    names: Mapping[DatasetId, str],
    types: Mapping[str, tuple[str, ...]],
    renamed: Mapping[str, str],
) -> Iterator[ModelChange]:
    """What is different about each node itself; nodes that only read what is different are not among them."""
    for unique_id in sorted({*before, *after}):
        old, new = before.get(unique_id), after.get(unique_id)
        if old is None and new is not None:
            yield _whole("added", new, names)
        elif new is None and old is not None:
            yield replace(_whole("removed", old, names), notes=tuple(_read_by(base, unique_id)))
        elif old is not None and new is not None:
            change = _difference(old, new, names, types.get(unique_id, ()))
            if change is not None or unique_id in renamed:
                yield replace(change or ModelChange(id=unique_id, change="changed"), was=renamed.get(unique_id, ""))


def _read_by(base: Project, unique_id: str) -> Iterator[str]:
    """Who read a node that is gone."""
    readers = [node.id for node in base.nodes.values() if node.role in ("dataset", "consumer") and _reads(base, node, unique_id)]
    if readers:
        yield f"was read by {', '.join(f'`{reader}`' for reader in sorted(readers))}"


def _reads(base: Project, node: Node, unique_id: str) -> bool:
    return any(parent.id == unique_id for parent in base.parents(node))


def _whole(change: Change, reading: ModelReading, names: Mapping[DatasetId, str]) -> ModelChange:
    columns, edges = tuple(_listed(reading)), tuple(sorted(_edges(reading.flows, names), key=_edge_order))
    if change == "added":
        return ModelChange(id=reading.node.id, change=change, columns_added=columns, edges_added=edges)
    return ModelChange(id=reading.node.id, change=change, columns_removed=columns, edges_removed=edges)


def _difference(old: ModelReading, new: ModelReading, names: Mapping[DatasetId, str], types: tuple[str, ...]) -> ModelChange | None:
    """What differs; of a node that could not be read on one side only that its text did, for its lineage is not known there."""
    notes = (*_notes(old, new), *types)
    if not (old.is_read and new.is_read):
        is_sql = old.statement is not None and new.statement is not None
        logic = is_sql and _is_rewritten(old, new)
        gained, lost = (_gained(old, new), _gained(new, old)) if old.columns and new.columns else ((), ())
        if not (notes or gained or lost):
            return None
        return ModelChange(id=new.node.id, change="changed", columns_added=gained, columns_removed=lost, logic=logic, notes=notes)
    if _are_other_builds(old, new):
        old = replace(old, flows=old.kept | (new.flows - new.kept), statement=new.statement)
    added, removed = new.flows - old.flows, old.flows - new.flows
    columns_added, columns_removed = _gained(old, new), _gained(new, old)
    seen = bool(added or removed or columns_added or columns_removed)
    rewritten = _computes_otherwise(old, new)
    if not (seen or rewritten or notes):
        return None
    if seen and not rewritten and new.flows - new.kept != old.flows - old.kept:
        notes = (*notes, "its own SQL is the same, but what it reads is not")
    return ModelChange(
        id=new.node.id,
        change="changed",
        columns_added=columns_added,
        columns_removed=columns_removed,
        edges_added=tuple(sorted(_edges(added, names), key=_edge_order)),
        edges_removed=tuple(sorted(_edges(removed, names), key=_edge_order)),
        logic=rewritten and not seen,
        notes=notes,
    )


def _are_other_builds(old: ModelReading, new: ModelReading) -> bool:
    """Whether one file was compiled for a first build on one side and for a later one on the other, which is no change of it."""
    return old.reads_itself != new.reads_itself and _checksum(old.node) == _checksum(new.node) is not None


def _gained(old: ModelReading, new: ModelReading) -> tuple[str, ...]:
    """The columns that only the second has, where that can be told."""
    if old.columns is None and (new.columns is not None or new.statement is None):
        return ()
    return tuple(column for column in _listed(new) if column not in old.known_columns)


def _computes_otherwise(old: ModelReading, new: ModelReading) -> bool:
    """Whether the words of the SQL differ by more than their layout; resolved without schemas, which are not the model's own."""
    if old.statement is None or new.statement is None or old.statement.sql == new.statement.sql:
        return False
    return analyse(old.statement, NoSchemas()).fingerprint != analyse(new.statement, NoSchemas()).fingerprint


def _notes(old: ModelReading, new: ModelReading) -> Iterator[str]:
    """Changes that are no lineage."""
    yield from setting_notes(old.node, new.node)
    if _is_rewritten(old, new):
        yield _rewritten(new.node)
    if old.is_read and new.is_read and old.reads_itself != new.reads_itself and not _are_other_builds(old, new):
        yield "one side reads the table itself, the other does not: where that is not meant, compile both with `dbt compile --full-refresh`"


def _rewritten(node: Node) -> str:
    if node.kind == "seed":
        return "the seed's file changed"
    if node.language != "sql":
        return f"its {node.language} code changed; what that does to its lineage is not known"
    return "its text changed; what that does to its lineage is not known"


def _is_rewritten(old: ModelReading, new: ModelReading) -> bool:
    """Whether a node that cannot be compared by its lineage has another text."""
    if old.statement is not None and new.statement is not None:
        return not (old.is_read and new.is_read) and _computes_otherwise(old, new)
    return _checksum(old.node) != _checksum(new.node)


def _checksum(node: Node) -> str | None:
    return text(inner(node.raw, "checksum"), "checksum")


def _listed(reading: ModelReading) -> list[str]:
    return list(reading.columns) if reading.columns is not None else sorted(reading.traced)


def _edges(flows: frozenset[Flow], names: Mapping[DatasetId, str]) -> Iterator[EdgeChange]:
    for flow in flows:
        source = names.get(flow.source, flow.source.name)
        told = f"{source}.{flow.source_column}" if flow.source_column is not None else f"rows of {source}"
        yield EdgeChange(told, flow.target_column, flow.kind.name, flow.masking)


def _edge_order(edge: EdgeChange) -> tuple[str, ...]:
    return edge.column or "", edge.source, edge.kind, edge.masking or ""


def _unread(before: Readings, after: Readings) -> Iterator[Unread]:
    for unique_id in sorted({*before, *after}):
        old, new = before.get(unique_id), after.get(unique_id)
        in_base, in_head = old is not None and not old.is_whole, new is not None and not new.is_whole
        if not (in_base or in_head):
            continue
        reasons = dict.fromkeys([*(old.reasons if old is not None else ()), *(new.reasons if new is not None else ())])
        yield Unread(unique_id, "both" if in_base and in_head else "base" if in_base else "head", tuple(reasons))


def _unread_hooks(before: Mapping[str, HookReading], after: Mapping[str, HookReading]) -> Iterator[Unread]:
    """Hooks that may write what nobody saw."""
    for name in sorted({*before, *after}):
        rows = [each.row for each in (before.get(name), after.get(name)) if each is not None]
        lacking = [hooks[name].row.status != "complete" if name in hooks else False for hooks in (before, after)]
        if any(lacking):
            reasons = dict.fromkeys(reason for row in rows for reason in row.reasons)
            yield Unread(name, "both" if all(lacking) else "base" if lacking[0] else "head", tuple(reasons))


def _consumers(base: Project, head: Project, reached: Mapping[str, tuple[str, ...]]) -> Iterator[ConsumerChange]:
    """Exposures and metrics that came, went, read something else, or read what is different."""
    for unique_id in sorted({*base.nodes, *head.nodes}):
        old, new = base.nodes.get(unique_id), head.nodes.get(unique_id)
        node = new or old
        if node is None or node.role != "consumer":
            continue
        change: Change = "added" if old is None else "removed" if new is None else "affected"
        if old is not None and new is not None and {each.id for each in base.parents(old)} != {each.id for each in head.parents(new)}:
            change = "changed"
        owner, was = _owner(node), _owner(old) if old is not None else ""
        if old is not None and new is not None and owner != was:
            change = "changed"
        if change != "affected" or unique_id in reached:
            has_changed = old is not None and new is not None and owner != was
            yield ConsumerChange(unique_id, change, owner, reached.get(unique_id, ()), (was or "nobody") if has_changed else "")


def _owner(node: Node) -> str:
    told = inner(node.raw, "owner")
    return text(told, "name") or text(told, "email") or ""
