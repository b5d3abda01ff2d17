"""Which columns hold what: of a column, a dataset, or everything, with witnesses and ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from headwater.answers.departed import without_departed
from headwater.answers.evidence import Witness, kept_from
from headwater.answers.gaps import open_gaps
from headwater.answers.labels.ways import Ways
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver, node_id, own_nodes
from headwater.answers.sight import Sight
from headwater.answers.unclassified import all_never_looked_at, never_looked_at
from headwater.answers.walk import Walked, Walker
from headwater.answers.writers import writers
from headwater.model.answers import Answer, Gap
from headwater.model.errors import UsageError
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.keys import matches
from headwater.model.lakes import DatasetName
from headwater.model.naming import column_key
from headwater.model.questions import LabelsQuestion
from headwater.model.sensitivity.info_types import INFO_TYPES, unknown_type
from headwater.model.sensitivity.labels import Label, Level
from headwater.model.sensitivity.shown import LabelList, LabelView, WitnessView
from headwater.projections.sensitivity.map import Held, SensitivityMap
from headwater.projections.sensitivity.seeds import Place, Seed
from headwater.projections.views import Views


@dataclass(frozen=True, slots=True)
class _Found:
    """A label at a column, before it is shown."""

    column: ColumnId
    place: Place
    held: Held


def ask(views: Views, question: LabelsQuestion, sight: Sight) -> Answer[LabelList]:
    """List labels by dataset, column and type; the ways are worked out for the page alone.

    Raises:  UnknownNode, AmbiguousNode; UsageError: the node is a job or a run, or no info type is called so.
    Cost:    O(what is new since the last answer about now), or of what lies behind the node at another time; and the ways.
    """
    moment = Moment.of(question, views)
    _refuse_unknown(question.info_type)
    resolver = Resolver(views, sight, moment.known_at)
    walker, witness = Walker(resolver, moment, False, None), Witness(views, sight, moment)
    target = _target(resolver, question.node)
    places = list(_places_of(walker, target) if target is not None else _all_places(walker))
    made = _map(views, moment, places if target is not None else None)
    if target is None:
        places = [*places, *_unnamed(walker, made, {place for _, place in places})]
    found, hidden = _labels(made, [told for told in places if _is_asked(told[0], question)], question, sight)
    page = found[moment.offset : moment.offset + moment.limit]
    ways = Ways(made, walker, witness)
    shown = [_view(one, ways) for one in page]
    gaps = _gaps(walker, witness, target, hidden)
    return Answer(
        question=question.name,
        asked={
            "node": node_id(target) if target is not None else "all",
            "namespace": question.namespace or "all",
            "type": question.info_type or "all",
            "direct": str(question.direct).lower(),
        },
        result=LabelList(labels=tuple(shown), hidden=hidden),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={
            "labels": len(found),
            "columns": len({one.column for one in found}),
            "datasets": len({one.column.dataset for one in found}),
            "gaps": len(gaps),
            "possible": sum(not one.held.is_confirmed for one in found),
        },
        entries=tuple(sorted({entry for label in shown for entry in label.entries})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(found)),
    )


def _refuse_unknown(info_type: str | None) -> None:
    if info_type is not None and info_type not in INFO_TYPES:
        raise unknown_type(f"cannot look for labels of type `{info_type[:60]}`", info_type)


def _target(resolver: Resolver, node: str | None) -> DatasetId | ColumnId | None:
    if node is None:
        return None
    target = resolver.resolve(node)
    if isinstance(target, DatasetId | ColumnId):
        return target
    raise UsageError(f"cannot show labels of `{node}`: expected a column or a dataset", next_step=f"headwater catalog show {node}")


def _places_of(walker: Walker, target: DatasetId | ColumnId) -> Iterator[tuple[ColumnId, Place]]:
    """The columns of a dataset, or the one that is meant, as incarnations of the time asked about."""
    dataset = target.dataset if isinstance(target, ColumnId) else target
    nodes, incarnations = walker.views.derivations.nodes, walker.views.derivations.incarnations
    owners = walker.current(dataset)
    meant = [nodes.incarnations[owner] for owner in owners] or [incarnations.of(dataset, walker.moment.until, walker.moment.known_at)]
    for incarnation in meant:
        name = incarnations.name_at(incarnation, walker.moment.until, walker.moment.known_at)
        columns = walker.resolver.nameable(dataset) | walker.resolver.nameable(name)
        if isinstance(target, ColumnId):
            key = column_key(dataset.namespace, target.column)
            columns = {key: columns.get(key, target.column)}
        columns = without_departed(walker.views, walker.moment, name, owners, columns)
        for key, spelling in sorted(columns.items()):
            yield ColumnId(name, spelling), Place(incarnation, key)


def _all_places(walker: Walker) -> Iterator[tuple[ColumnId, Place]]:
    """The columns of every dataset that there is now, hidden ones too."""
    catalog, known_at = walker.views.catalog, walker.moment.known_at
    for dataset in sorted(catalog.datasets):
        if catalog.datasets[dataset].seen.position <= known_at:
            yield from _places_of(walker, dataset)


def _unnamed(walker: Walker, made: SensitivityMap, named: set[Place]) -> Iterator[tuple[ColumnId, Place]]:
    """Columns that hold something and belong to no dataset of the catalog, at least not by the name that it goes by."""
    derivations, moment = walker.views.derivations, walker.moment
    for place in made.places():
        if place not in named:
            name = derivations.incarnations.name_at(place.incarnation, moment.until, moment.known_at)
            if derivations.incarnations.of(name, moment.until, moment.known_at) == place.incarnation:
                column = {place.column: made.spelling(place)}
                for spelling in without_departed(walker.views, moment, name, walker.current(name), column).values():
                    yield ColumnId(name, spelling), place


def _map(views: Views, moment: Moment, places: Iterable[tuple[ColumnId, Place]] | None) -> SensitivityMap:
    if moment.is_latest and moment.valid is None:
        return views.sensitivity.now()
    if places is None:
        return views.sensitivity.at(moment)
    nodes = (views.sensitivity.node_of(place) for _, place in places)
    return views.sensitivity.at(moment, sorted({node for node in nodes if node is not None}))


def _is_asked(column: ColumnId, question: LabelsQuestion) -> bool:
    return question.namespace is None or matches((question.namespace,), column.dataset.namespace)


def _labels(
    made: SensitivityMap, places: Iterable[tuple[ColumnId, Place]], question: LabelsQuestion, sight: Sight
) -> tuple[list[_Found], int]:
    """The labels that may be seen, in order, and how many columns with labels may not."""
    found: dict[tuple[ColumnId, str], _Found] = {}
    hidden: set[ColumnId] = set()
    for column, place in places:
        for held in made.labels(place):
            if question.info_type not in (None, held.label.info_type) or (question.direct and held.label.level is Level.NONE):
                continue
            if not sight.sees(column.dataset.namespace):
                hidden.add(column)
                continue
            known = found.get((column, held.label.info_type))
            if known is None or known.held.label < held.label:
                found[(column, held.label.info_type)] = _Found(column, place, held)
    return [found[key] for key in sorted(found)], len(hidden)


def _view(one: _Found, ways: Ways) -> LabelView:
    held, made = one.held, ways.map
    label: Label = held.label
    seeds = [seed for seed in made.seeds_at(one.place) if seed.info_type == label.info_type]
    node = made.node_of(one.place)
    stands = any(seed.level == label.level and seed.is_sure >= held.is_confirmed for seed in seeds)
    way = () if node is None or stands else ways.of(node, label.info_type, label.level, confirmed=held.is_confirmed)
    witnesses = [witness for seed in seeds for witness in _witnesses(seed)]
    if way:
        witnesses.append(WitnessView(witness="lineage", level=label.level.word, sure=held.is_confirmed, entries=way[-1].entries))
    entries = {entry for witness in witnesses for entry in witness.entries} | {entry for hop in way for entry in hop.entries}
    known = INFO_TYPES.get(label.info_type)
    return LabelView(
        node=str(one.column),
        dataset=DatasetName(one.column.dataset.namespace, one.column.dataset.name),
        column=one.column.column,
        info_type=label.info_type,
        category=known.category if known is not None else "",
        level=label.level.word,
        inferred=label.inferred,
        tier="confirmed" if held.is_confirmed else "possible",
        confirmed_level=held.confirmed.word,
        witnesses=tuple(witnesses),
        way=way,
        entries=tuple(sorted(entries)),
    )


def _witnesses(seed: Seed) -> Iterator[WitnessView]:
    for witness in seed.witnesses:
        yield WitnessView(
            witness=witness, level=seed.level.word, sure=seed.is_sure, confidence=round(seed.confidence, 4), entries=seed.entries
        )


def _gaps(walker: Walker, witness: Witness, target: DatasetId | ColumnId | None, hidden: int) -> tuple[Gap, ...]:
    """What lies behind the labels and could not be seen; and what nobody looked at, of which labels may be missing."""
    if target is None:
        gaps, unseen = open_gaps(walker.views, witness, walker.moment)
        return (*gaps, *all_never_looked_at(walker.views, walker.moment, walker.resolver.sight), *kept_from(hidden + unseen, "all"))
    walked = Walked()
    walker.columns(target, forward=False, into=walked)
    records = [record for number in sorted(walked.derivations) if (record := walker.record(number)) is not None]
    dataset = target.dataset if isinstance(target, ColumnId) else target
    records += writers(walker.views, walker.moment, walker.current(dataset))
    behind = {DatasetId(node.namespace, node.name) for node in walked.nodes.values()} | {dataset}
    recorded = witness.gaps(records, {*walked.datasets(), *own_nodes(target)})
    return (*recorded, *never_looked_at(walker.views, walker.moment, behind), *kept_from(len(walked.hidden), str(dataset)))
