"""What the detectors of leaks cannot see: places of which nothing is expected, sources nobody looked at, statements nobody could read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from headwater.answers.leaks.scene import SECRETS, Scene
from headwater.answers.unclassified import not_classified
from headwater.model.answers import Gap
from headwater.model.ids import DatasetId
from headwater.model.lineage import DIRECT
from headwater.model.naming import column_key
from headwater.model.sensitivity.labels import Level
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.lineage.kept import Kept
from headwater.projections.lineage.weave import dataset_node

NO_EXPECTATIONS = "EXPECTATIONS-NONE"


def blind_spots(scene: Scene, dataset: DatasetId | None = None) -> tuple[Gap, ...]:
    """The gaps behind all places of which something is expected, or behind one dataset."""
    places = [name for name in scene.datasets(dataset) if scene.places.of(name)]
    if not places:
        what = str(dataset) if dataset is not None else "expectations"
        words = "nothing is expected of it, so nothing in it but secrets can be called a leak"
        every = "nothing is expected of any place that is known, so nothing but secrets can be called a leak"
        return (Gap(NO_EXPECTATIONS, what, words if dataset is not None else every), *_where_secrets_went(scene, dataset))
    records, sources = _behind(scene, places)
    told = scene.witness.gaps(records, {str(name) for name in sources})
    unseen = _unseen(scene, places, records)
    seen = [name for name in unseen if scene.sight.sees(name.namespace)]
    unclassified = [not_classified(scene.views, scene.moment, name, "what came from it may be anything") for name in seen]
    unread = _where_secrets_went(scene, dataset)
    return tuple(sorted({*told, *unclassified, *unread}, key=lambda gap: (gap.code, gap.subject, gap.detail)))


def _where_secrets_went(scene: Scene, dataset: DatasetId | None) -> tuple[Gap, ...]:
    """Statements that nobody could read in full and that read secrets, which may be nowhere: they may have taken them anywhere."""
    nodes = scene.views.derivations.nodes.nodes
    owners = {nodes[node].owner for node in scene.carried.holding(SECRETS, Level.DIRECT)}
    names = scene.datasets(dataset) if owners else []
    unread = [record for name in names for record in scene.writers(name) if not record.is_confirmed and owners & set(record.key.sources)]
    return tuple(gap for record in unread if (gap := scene.witness.gap_of(record)) is not None)


def _behind(scene: Scene, places: list[DatasetId]) -> tuple[list[Derivation], set[DatasetId]]:
    """All derivations and datasets behind places."""
    derivations = scene.views.derivations
    starts = sorted({dataset_node(owner) for name in places for owner in scene.walker.current(name)})
    if not starts:
        return [], set(places)
    graph, kept = derivations.weave.dataset_graph, Kept(derivations, scene.moment)
    while True:
        reached = graph.closure(np.array(starts, dtype=np.int64), forward=False, alive=kept.alive)
        edges = graph.subgraph(reached.nodes, alive=kept.alive)
        numbers = set(edges.derivations.tolist())
        if not kept.behind(numbers):
            break
    records = [record for number in sorted(numbers) if (record := derivations.record(number)) is not None]
    return records, {scene.name(node // 2) for node in reached.nodes.tolist() if node % 2 == 0}


def _unseen(scene: Scene, places: list[DatasetId], records: list[Derivation]) -> set[DatasetId]:
    """Datasets that nothing is known to have made and nobody looked at, and from which places come by no dataset that anybody looked at.

    A look counts for the columns that there were: values of others that statements read since may be anything.
    """
    made_of: dict[DatasetId, set[DatasetId]] = {}
    read: dict[DatasetId, set[str]] = {}
    for record in records:
        if not record.claim.superseded:
            made_of.setdefault(scene.name(record.key.target), set()).update(scene.sources(record))
            for name, column in _columns_read(scene, record):
                read.setdefault(name, set()).add(column)
    found, waiting, known = set[DatasetId](), list(places), set(places)
    while waiting:
        name = waiting.pop()
        looked_at = scene.columns_looked_at(name)
        is_looked_at = scene.is_looked_at(name) and all(_is_among(column, looked_at) for column in read.get(name, ()))
        if is_looked_at and name not in places:
            continue
        sources = made_of.get(name, set()) - {name}
        if not sources and not is_looked_at:
            found.add(name)
        waiting += sources - known
        known |= sources
    return found


def _columns_read(scene: Scene, record: Derivation) -> Iterator[tuple[DatasetId, str]]:
    """The columns whose values a derivation takes, by key."""
    owners = dict(zip(record.claim.datasets, record.key.sources, strict=True))
    for flow in record.claim.flows:
        if flow.source_column is not None and flow.kind in DIRECT:
            name = scene.name(owners[flow.source])
            yield name, column_key(name.namespace, flow.source_column)


def _is_among(column: str, looked_at: set[str]) -> bool:
    """Whether a column was looked at, or the one that it is a member of."""
    parts = column.split(".")
    return any(".".join(parts[:count]) in looked_at for count in range(1, len(parts) + 1))
