"""What the detectors of leaks look at: views at one moment for one asker, labels as they are carried, and what is expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from headwater.answers.departed import without_departed
from headwater.answers.evidence import HIDDEN, Witness
from headwater.answers.leaks.places import Places, is_secret
from headwater.answers.leaks.ways import Carried, Edge
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver
from headwater.answers.sight import Sight
from headwater.answers.unclassified import is_looked_at
from headwater.answers.walk import Walker
from headwater.answers.writers import writers
from headwater.model.entries import Position
from headwater.model.ids import ColumnId, DatasetId, JobId, RunId
from headwater.model.naming import column_key
from headwater.model.sensitivity.info_types import INFO_TYPES
from headwater.model.sensitivity.labels import Level
from headwater.model.times import Instant
from headwater.projections.lineage.derivation import Derivation, FlowKey
from headwater.projections.lineage.nodes import Node, Part
from headwater.projections.sensitivity.decided import Looked
from headwater.projections.sensitivity.seeds import Place, Seed, Seeds
from headwater.projections.sensitivity.transfers import edges_of, of_flow
from headwater.projections.views import Views

_SIZED = ("count", "total")
"""Measures that leave less of a value where every group is large enough."""
SECRETS = frozenset(name for name in INFO_TYPES if is_secret(name))


@dataclass(frozen=True, slots=True)
class Spot:
    """A column of a dataset, or (`column` None) whatever its columns are; `node` is its number where lineage spoke of it."""

    dataset: DatasetId
    owner: int | None
    column: str | None
    node: int | None
    place: Place | None

    @property
    def id(self) -> str:
        """Its node id."""
        return str(self.dataset) if self.column is None else str(ColumnId(self.dataset, self.column))


@dataclass(slots=True)
class Scene:
    """One look. Nothing here depends on who asks but what `shown` and `sees` say."""

    views: Views
    sight: Sight
    moment: Moment
    carried: Carried
    seeds: Seeds
    places: Places
    walker: Walker = field(init=False)
    witness: Witness = field(init=False)
    _names: dict[int, DatasetId] = field(default_factory=dict)
    _maskings: dict[int, dict[FlowKey, str | None]] = field(default_factory=dict)
    _seeded: dict[DatasetId, list[Place]] | None = None
    _secret: set[DatasetId] | None = None

    def __post_init__(self) -> None:
        self.walker = Walker(Resolver(self.views, self.sight, self.moment.known_at), self.moment, False, None)
        self.witness = Witness(self.views, self.sight, self.moment)

    def name(self, owner: int) -> DatasetId:
        """The name an incarnation goes by at the moment asked about."""
        known = self._names.get(owner)
        if known is None:
            known = self._names[owner] = self.walker.dataset_name(owner)
        return known

    def node_dataset(self, node: int) -> DatasetId:
        """The dataset that a node is of."""
        return self.name(self.views.derivations.nodes.nodes[node].owner)

    def node_column(self, node: int) -> str | None:
        """How the column is written that a node is; None for rows and wholes."""
        nodes = self.views.derivations.nodes
        found = nodes.nodes[node]
        return nodes.spelling(found, self.moment.known_at) if found.part is Part.COLUMN else None

    def datasets(self, chosen: DatasetId | None = None) -> list[DatasetId]:
        """The datasets there are that the asker may see, by name, or the one chosen."""
        known, known_at = self.views.catalog.datasets, self.moment.known_at
        names = [chosen] if chosen is not None else sorted({*known, *self.views.lakes.datasets, *self.views.decided.datasets})
        return [
            name
            for name in names
            if self.sight.sees(name.namespace) and (name not in known or known[name].seen.was(self.moment.until, known_at))
        ]

    def spots(self, dataset: DatasetId) -> Iterator[Spot]:
        """The rows and the columns of a dataset as it stands, also those of which lineage never spoke but somebody looked at."""
        nodes, known_at = self.views.derivations.nodes, self.moment.known_at
        owners = self.walker.current(dataset)
        seen: set[str] = set()
        for owner in owners:
            rows = nodes.find(Node(Part.ROWS, owner))
            if rows is not None and nodes.born[rows] <= known_at:
                yield Spot(dataset, owner, None, rows, None)
            columns = nodes.columns_known(owner, known_at)
            seen |= columns.keys()
            for key, spelling in sorted(without_departed(self.views, self.moment, dataset, (owner,), columns).items()):
                yield Spot(dataset, owner, spelling, nodes.find(Node(Part.COLUMN, owner, key)), Place(nodes.incarnations[owner], key))
        incarnation = self.views.derivations.incarnations.of(dataset, self.moment.until, known_at)
        places = [place for place in self.places_by_dataset().get(dataset, ()) if place.column not in seen]
        here = {place.column: self.seeds.spellings.get(place, place.column) for place in places if place.incarnation == incarnation}
        for key, spelling in without_departed(self.views, self.moment, dataset, owners, here).items():
            yield Spot(dataset, None, spelling, None, Place(incarnation, key))

    def places_by_dataset(self) -> dict[DatasetId, list[Place]]:
        """Columns that hold something by themselves, by the name of their dataset."""
        if self._seeded is None:
            self._seeded = {}
            for place in sorted(self.seeds.columns):
                name = self.views.derivations.incarnations.name_at(place.incarnation, self.moment.until, self.moment.known_at)
                self._seeded.setdefault(name, []).append(place)
        return self._seeded

    def may_hold_secrets(self, dataset: DatasetId) -> bool:
        """Whether any secret is, or may be, in a dataset."""
        if self._secret is None:
            nodes = self.views.derivations.nodes.nodes
            self._secret = {
                self.name(nodes[node].owner) for node in self.carried.holding(SECRETS, Level.DIRECT) if nodes[node].part is not Part.HUB
            }
            secret = (name for name, places in self.places_by_dataset().items() if any(self._opens(place) for place in places))
            self._secret.update(secret)
        return dataset in self._secret

    def _opens(self, place: Place) -> bool:
        return any(seed.info_type in SECRETS for seed in self.seeds.columns[place])

    def own(self, spot: Spot, *, sure: bool = True) -> tuple[Seed, ...]:
        """What a column holds by itself."""
        found = self.seeds.columns.get(spot.place, ()) if spot.place is not None else ()
        return tuple(seed for seed in found if seed.is_sure or not sure)

    def told_of(self, node: int) -> list[Position]:
        """The entries that say what a node holds by itself."""
        nodes = self.views.derivations.nodes
        found = nodes.nodes[node]
        seeds = self.seeds.columns.get(Place(nodes.incarnations[found.owner], found.column), ())
        return [entry for seed in seeds for entry in seed.entries[:1]]

    def looked_at(self, spot: Spot, entries: tuple[Position, ...]) -> Instant:
        """When somebody looked who wrote one of these entries; the beginning where none of them is a look."""
        record = self.views.decided.datasets.get(spot.dataset)
        told = [look.at for look in (record.looks if record is not None else ()) if look.position in entries]
        return max(told, default=Instant(0))

    def is_looked_at(self, dataset: DatasetId) -> bool:
        """Whether a classifier looked at all columns of a dataset as it is."""
        return is_looked_at(self.views, self.moment, dataset)

    def columns_looked_at(self, dataset: DatasetId) -> set[str]:
        """The columns of a dataset at which a classifier looked, by key."""
        record = self.views.decided.datasets.get(dataset)
        looks = (look for look in (record.looks if record is not None else ()) if look.position <= self.moment.known_at)
        return {column_key(dataset.namespace, verdict.column) for look in looks for verdict in look.columns}

    def clear_look(self, spot: Spot) -> Looked | None:
        """The last look at a column's values, if it found nothing in them."""
        record = self.views.decided.datasets.get(spot.dataset)
        for look in reversed(record.looks if record is not None else []):
            if look.position > self.moment.known_at or look.at > self.moment.until:
                continue
            for verdict in look.columns:
                if spot.column is not None and self._key(spot, verdict.column) == self._key(spot, spot.column):
                    return look if verdict.state == "clear" and verdict.rows > verdict.nulls else None
        return None

    def writers(self, dataset: DatasetId) -> list[Derivation]:
        """What is known to have written the rows of a dataset."""
        return writers(self.views, self.moment, self.walker.current(dataset))

    def sources(self, record: Derivation) -> list[DatasetId]:
        """The datasets that a derivation read."""
        return [self.name(owner) for owner in record.key.sources]

    def masking(self, record: Derivation, edge: Edge) -> str | None:
        """The masking function on an edge."""
        known = self._maskings.get(record.id)
        nodes = self.views.derivations.nodes
        if known is None:
            known = self._maskings[record.id] = record.maskings(nodes)
        start, end = nodes.nodes[edge.source], nodes.nodes[edge.target]
        return known.get((start.owner, start.column, end.column, edge.kind))

    def is_measurable(self, record: Derivation, edge: Edge) -> bool:
        """Whether counting groups could make less of what an edge brings: it only counts or totals, in a lake, and nobody counted them."""
        target = self.views.derivations.nodes.incarnations[record.key.target]
        measured = {(told.target, told.fingerprint) for told in self.seeds.groupings}
        if not record.is_confirmed or (target, record.claim.fingerprint) in measured or not self.witness.sees_all_of(record):
            return False
        ends, nodes = (edge.source, edge.target, edge.kind), self.views.derivations.nodes
        ways = {of_flow(flow) for key, flow in edges_of(record, nodes) if key == ends and flow is not None}
        return self.name(record.key.target) in self.views.lakes.datasets and bool(ways) and all(way.measure in _SIZED for way in ways)

    def _key(self, spot: Spot, column: str) -> str:
        return column_key(spot.dataset.namespace, column)

    def shown_node(self, node: int) -> str:
        """The id of a node as the asker may see it."""
        dataset, column = self.node_dataset(node), self.node_column(node)
        if not self.sight.sees(dataset.namespace):
            return HIDDEN
        return str(dataset) if column is None else str(ColumnId(dataset, column))

    def record(self, derivation: int) -> Derivation | None:
        """A derivation's record; None for structure and other names."""
        return self.views.derivations.record(derivation)

    def rows_of(self, record: Derivation) -> int | None:
        """How many rows its runs are known to have written to its target; None where none said."""
        target = self.name(record.key.target)
        told = [rows for run, _ in _runs(record, self.moment.known_at) if (rows := self._rows(run, target)) is not None]
        return sum(told) if told else None

    def _rows(self, run: RunId, target: DatasetId) -> int | None:
        amounts = self.views.catalog.statistics.get(run)
        words = amounts.until(self.moment.until, self.moment.known_at) if amounts is not None else ()
        told = [word.value[2] for word in words if word.value[0] == target and word.value[1] == "output"]
        return next((rows for rows in reversed(told) if rows is not None), None)

    def runs_of(self, record: Derivation) -> list[str]:
        """The runs that it rests on, in the order in which they came to."""
        return [f"run:{run}" for run, _ in _runs(record, self.moment.known_at)]


def _runs(record: Derivation, known_at: Position) -> Iterable[tuple[RunId, str]]:
    told = (key.partition("\x00") for key in record.runs_at(known_at))
    return [(RunId(run), job) for run, _, job in told if run]


def job_of(record: Derivation | None) -> JobId | None:
    """The job of a derivation."""
    return record.claim.job if record is not None else None
