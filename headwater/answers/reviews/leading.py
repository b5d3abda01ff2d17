"""Which derivations lead into a column now, and what of it they bring along, as a witness for a classifier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from headwater.answers.leaks.carried import MapCarried
from headwater.answers.leaks.ways import arrives
from headwater.answers.moment import Moment
from headwater.answers.writers import writers
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.lineage import DIRECT, Flow, Kind
from headwater.model.naming import column_key
from headwater.model.sensitivity.classification import LineageEvidence
from headwater.model.sensitivity.info_types import INFO_TYPES
from headwater.model.sensitivity.labels import Level, Transfer
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.sensitivity.map import Held, SensitivityMap
from headwater.projections.sensitivity.seeding import standing_verdicts
from headwater.projections.sensitivity.seeds import Place
from headwater.projections.sensitivity.transfers import edges_of
from headwater.projections.views import Views

_WEIGHTS = {Kind.IDENTITY: (6.0, 3.0), Kind.TRANSFORMATION: (3.0, 1.5)}
"""What a label that a hop brings along is worth, confirmed and only possible; other hops say little of the values themselves."""
_OTHER = (1.0, 0.5)


def leading_into(views: Views, column: ColumnId, moment: Moment) -> list[Derivation]:
    """The derivations that reach a column now, or that may: those that name it, that concern all rows, or that nobody could read."""
    return [record for record in _of_dataset(views, column.dataset, moment) if _reaches_all(record) or any(_names(record, column))]


def carries(record: Derivation, column: ColumnId) -> bool:
    """Whether a derivation carries values into the column itself: only there can what arrives be lowered."""
    return any(flow.kind in DIRECT for flow in _names(record, column))


def found_in(views: Views, column: ColumnId, moment: Moment) -> set[str]:
    """The types of which anything says that a column holds them or may hold them, whatever people decided of them since."""
    place = _place(views, column, moment)
    record = views.decided.datasets.get(column.dataset)
    verdicts = standing_verdicts(record, views.derivations.incarnations, moment.known_at) if record is not None else ()
    told: set[str] = set()
    for incarnation, verdict, _ in verdicts:
        if Place(incarnation, column_key(column.dataset.namespace, verdict.column)) == place:
            said = [(verdict.state, verdict.info_type), *((further.state, further.info_type) for further in verdict.also)]
            told |= {info_type for state, info_type in said if state != "clear" and info_type is not None}
    return told | {held.label.info_type for held in _map(views, place, moment).labels(place) if held.label.level > Level.NONE}


def arriving_at(views: Views, column: ColumnId, moment: Moment) -> set[str]:
    """The types of which more than an influence comes to a column by lineage."""
    place = _place(views, column, moment)
    made = _map(views, place, moment)
    node, carried = made.node_of(place), MapCarried(made)
    return {told.info_type for told in carried.labels(node) if arrives(carried, node, told.info_type)} if node is not None else set()


def _place(views: Views, column: ColumnId, moment: Moment) -> Place:
    incarnation = views.derivations.incarnations.of(column.dataset, moment.until, moment.known_at)
    return Place(incarnation, column_key(column.dataset.namespace, column.column))


def _map(views: Views, place: Place, moment: Moment) -> SensitivityMap:
    if moment.is_latest and moment.valid is None:
        return views.sensitivity.now()
    node = views.sensitivity.node_of(place)
    return views.sensitivity.at(moment, [node] if node is not None else [])


def brought(views: Views, dataset: DatasetId, moment: Moment) -> dict[str, tuple[LineageEvidence, ...]]:
    """By column key, the types that come to a column undiminished from the columns that it is made of; of now alone."""
    if not moment.is_latest or moment.valid is not None:
        return {}
    known = views.sensitivity.now()
    found: dict[str, dict[str, LineageEvidence]] = defaultdict(dict)
    for record in _of_dataset(views, dataset, moment):
        for column, told in _brought_by(known, record):
            before = found[column].get(told.info_type)
            if before is None or (before.weight, before.source) < (told.weight, told.source):
                found[column][told.info_type] = told
    return {column: tuple(told[name] for name in sorted(told)) for column, told in found.items()}


def _brought_by(known: SensitivityMap, record: Derivation) -> Iterator[tuple[str, LineageEvidence]]:
    for (start, end, kind), flow in edges_of(record, known.nodes):
        source, target = known.place_of(start), known.place_of(end)
        if flow is None or flow.kind not in DIRECT or source is None or target is None or source.incarnation == target.incarnation:
            continue
        left = known.telling.left_by((start, end, kind, record.id))
        for held in known.labels(source):
            if _undiminished(held, left.possible):
                sure, unsure = _WEIGHTS.get(flow.kind, _OTHER)
                weight = sure if held.is_confirmed and record.is_confirmed and left.sure is not None else unsure
                node = str(ColumnId(flow.source, flow.source_column or source.column))
                yield target.column, LineageEvidence(info_type=held.label.info_type, source=node, weight=weight)


def _undiminished(held: Held, transfer: Transfer) -> bool:
    """Whether values of the type themselves come over a hop: what was made coarser or hidden no longer looks like them."""
    info_type = INFO_TYPES[held.label.info_type]
    return min(held.label.level, transfer.passes(guessable=False)) >= info_type.level


def _of_dataset(views: Views, dataset: DatasetId, moment: Moment) -> list[Derivation]:
    """The derivations that write what a name means now, as far as rows of theirs can remain."""
    derivations = views.derivations
    owner = derivations.nodes.known(derivations.incarnations.of(dataset, moment.until, moment.known_at), moment.known_at)
    return writers(views, moment, [owner]) if owner is not None else []


def _reaches_all(record: Derivation) -> bool:
    """Whether a derivation reaches every column: by a flow into all rows, or because nobody could read it."""
    return bool(record.claim.sources) or any(flow.target_column is None for flow in record.claim.flows)


def _names(record: Derivation, column: ColumnId) -> Iterator[Flow]:
    """The flows of a derivation that name a column as where they lead."""
    key = column_key(column.dataset.namespace, column.column)
    namespace = record.claim.target.namespace
    return (flow for flow in record.claim.flows if flow.target_column is not None and column_key(namespace, flow.target_column) == key)
