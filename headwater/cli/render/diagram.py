"""What a lineage picture shows, before anything has a place: boxes with columns, and wires between them.

A dataset is a box. Between datasets, each job that wrote one stands as a small box of its own on the way to it, so that the
wires say which job; between columns, wires run from column to column and the job is named under the box's title.
A job or run that was asked about is a box of its own. One dataset under two names is two boxes that one wire calls the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from headwater.cli.render.kinds import ALIAS, READ, WRITTEN, in_order, is_masked, style_of
from headwater.cli.render.wording import counted
from headwater.model.answers import DerivationView, EdgeView, Lineage, NodeView
from headwater.model.lineage import Evidence, Kind

ALL_ROWS = ""
"""The row of a box that stands for all its rows; in a picture of datasets, the box itself."""
MORE = "\nmore"
"""The row that stands for the rows a long box does not show; no column can be called this, since it is not a visible name."""


@dataclass(frozen=True, slots=True)
class Box:
    """A dataset, a job on the way to one, or several of them as one. `role` is what a single statement does with it."""

    key: str
    title: str
    subtitle: str
    rows: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    tier: str = "confirmed"
    root: bool = False
    root_rows: tuple[str, ...] = ()
    is_job: bool = False
    noun: str = "dataset"
    stands_for: int = 1
    role: str = ""

    @property
    def below_title(self) -> str:
        """The line under the title: the role, where there is one, else where the box belongs."""
        return self.role or self.subtitle


@dataclass(frozen=True, slots=True)
class End:
    """Where a wire is fastened: a box, and one of its rows or `ALL_ROWS`."""

    box: str
    row: str = ALL_ROWS


@dataclass(frozen=True, slots=True)
class Wire:
    """Everything that flows between two ends. `possible` where that rests on what was declared or not fully read.

    `masking` names the masks on any way, `masked` says that no value comes through but masked.
    `same` joins two names of one dataset: it runs neither way. `functions` and `places` are known of a single statement only.
    """

    source: End
    target: End
    kinds: tuple[str, ...]
    possible: bool
    masking: tuple[str, ...] = ()
    masked: bool = False
    functions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    derivations: tuple[int, ...] = ()
    into_job: bool = False
    from_job: bool = False
    same: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    """Boxes and wires in a fixed order; `notes` say what is not drawn."""

    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    notes: tuple[str, ...] = ()


def draw_up(lineage: Lineage) -> Diagram:
    """Boxes and wires of a lineage answer."""
    by_id = {node.id: node for node in (*lineage.nodes, lineage.root)}
    edges = [edge for edge in lineage.edges if edge.source in by_id and edge.target in by_id]
    derivations = {view.id: view for view in lineage.derivations}
    as_columns = any(node.column is not None for node in by_id.values())
    wires = _wires(edges, by_id, derivations)
    boxes = _boxes(by_id.values(), lineage.root, wires, derivations, as_columns)
    if not as_columns:
        boxes, wires = _through_jobs(boxes, wires, derivations, lineage.root)
    return Diagram(tuple(boxes), (*wires, *_sames(edges, by_id)), _notes(len(lineage.edges) - len(edges)))


def box_of(node: NodeView) -> str:
    """The key of the box a node is drawn in."""
    place = f"{node.namespace}\n{node.name}"
    return place if node.type in ("dataset", "column") else f"{place}\n{node.type}"


def _end(node: NodeView) -> End:
    return End(box_of(node), node.column or ALL_ROWS)


def _wires(edges: Iterable[EdgeView], by_id: dict[str, NodeView], derivations: dict[int, DerivationView]) -> list[Wire]:
    """One wire for all edges between the same two ends, names of one dataset apart."""
    bundles: dict[tuple[End, End], list[EdgeView]] = defaultdict(list)
    for edge in edges:
        if edge.kind != ALIAS:
            bundles[_end(by_id[edge.source]), _end(by_id[edge.target])].append(edge)
    return [
        Wire(
            source,
            target,
            kinds=in_order(edge.kind for edge in bundle),
            possible=all(_is_possible(edge, derivations) for edge in bundle),
            masking=tuple(sorted({edge.masking for edge in bundle if edge.masking})),
            masked=is_masked((edge.kind, edge.masking) for edge in bundle),
            derivations=tuple(sorted({edge.derivation for edge in bundle})),
        )
        for (source, target), bundle in sorted(bundles.items(), key=lambda item: _wire_order(item[0]))
    ]


def _sames(edges: Iterable[EdgeView], by_id: dict[str, NodeView]) -> list[Wire]:
    """One wire between each two names of one dataset, whichever way and by however many columns that is said."""
    pairs = {tuple(sorted((box_of(by_id[edge.source]), box_of(by_id[edge.target])))) for edge in edges if edge.kind == ALIAS}
    return [Wire(End(one), End(other), (ALIAS,), possible=False, same=True) for one, other in sorted(pairs) if one != other]


def _wire_order(ends: tuple[End, End]) -> tuple[str, str, str, str]:
    source, target = ends
    return source.box, source.row, target.box, target.row


_SAID = (Evidence.DECLARED.value, Evidence.INFERRED.value)


def _is_possible(edge: EdgeView, derivations: dict[int, DerivationView]) -> bool:
    if edge.kind in (READ, WRITTEN):
        return False
    view = derivations.get(edge.derivation)
    return view is None or edge.kind == Kind.UNKNOWN.name or view.status != "complete" or view.evidence in _SAID


def _boxes(
    nodes: Iterable[NodeView], root: NodeView, wires: Sequence[Wire], derivations: dict[int, DerivationView], as_columns: bool
) -> list[Box]:
    columns: dict[str, set[str]] = defaultdict(set)
    of: dict[str, NodeView] = {}
    tiers: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        key = box_of(node)
        of.setdefault(key, node)
        tiers[key].add(node.tier)
        if node.column is not None:
            columns[key].add(node.column)
    writers: dict[str, set[str]] = defaultdict(set)
    for wire in wires:
        writers[wire.target.box].update(derivations[number].job for number in wire.derivations if number in derivations)
    return [
        Box(
            key,
            title=of[key].name,
            subtitle=of[key].namespace,
            noun=of[key].type if of[key].type in ("job", "run") else "dataset",
            rows=tuple(sorted(columns[key])),
            jobs=tuple(sorted(_job_name(job) for job in writers[key])) if as_columns else (),
            tier="confirmed" if "confirmed" in tiers[key] else "possible",
            root=key == box_of(root),
            root_rows=(root.column,) if root.column is not None and key == box_of(root) else (),
            is_job=of[key].type in ("job", "run"),
        )
        for key in sorted(of)
    ]


def _through_jobs(
    boxes: Sequence[Box], wires: Sequence[Wire], derivations: dict[int, DerivationView], root: NodeView
) -> tuple[list[Box], list[Wire]]:
    """Put each job between its sources and the one dataset it wrote; per target, so that no path is drawn that was not seen.

    A job that was asked about is one box for all it did, and what flowed through it says more than that it read and wrote.
    """
    own = box_of(root)
    chips: dict[str, Box] = {}
    inward: dict[tuple[End, str], list[Wire]] = defaultdict(list)
    onward: dict[tuple[str, End], list[Wire]] = defaultdict(list)
    plain: list[Wire] = []
    for wire in wires:
        jobs = sorted({derivations[number].job for number in wire.derivations if number in derivations})
        if not jobs:
            plain.append(wire)
        for job in jobs:
            key = own if job == root.id else f"{_job_namespace(job)}\n{_job_name(job)}\n{job}\n{wire.target.box}"
            if key != own:
                chips[key] = Box(key, title=_job_name(job), subtitle=_job_namespace(job), is_job=True, noun="job")
            inward[wire.source, key].append(wire)
            onward[key, wire.target].append(wire)
    through = [_joined(source, End(key), bundle, into_job=key != own) for (source, key), bundle in inward.items()]
    through += [_joined(End(key), target, bundle, from_job=key != own) for (key, target), bundle in onward.items()]
    drawn = {(wire.source, wire.target) for wire in through}
    plain = [wire for wire in plain if (wire.source, wire.target) not in drawn]
    through.sort(key=lambda wire: _wire_order((wire.source, wire.target)))
    return [*boxes, *(chips[key] for key in sorted(chips))], [*plain, *through]


def all_masked(bundle: Iterable[Wire]) -> bool:
    """Whether no value comes through any of several wires but masked."""
    carrying = [wire.masked for wire in bundle if any(style_of(kind).direct for kind in wire.kinds)]
    return bool(carrying) and all(carrying)


def _joined(source: End, target: End, bundle: Sequence[Wire], *, into_job: bool = False, from_job: bool = False) -> Wire:
    return Wire(
        source,
        target,
        kinds=in_order(kind for wire in bundle for kind in wire.kinds),
        possible=all(wire.possible for wire in bundle),
        masking=tuple(sorted({name for wire in bundle for name in wire.masking})),
        masked=all_masked(bundle),
        derivations=tuple(sorted({number for wire in bundle for number in wire.derivations})),
        into_job=into_job,
        from_job=from_job,
    )


def _job_name(job: str) -> str:
    """A job without its namespace, which may itself hold colons; names rarely do."""
    return job.rpartition(":")[2] if job.startswith("job:") else job


def _job_namespace(job: str) -> str:
    return job.removeprefix("job:").rpartition(":")[0] if job.startswith("job:") else ""


def _notes(elsewhere: int) -> tuple[str, ...]:
    return (f"{counted(elsewhere, 'influence leads', 'influences lead')} to nodes on other pages",) if elsewhere else ()
