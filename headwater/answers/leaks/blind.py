"""What the detectors of leaks cannot see: places of which nothing is expected, sources nobody looked at, statements nobody could read."""

from __future__ import annotations

import numpy as np

from headwater.answers.leaks.scene import Scene
from headwater.answers.unclassified import never_looked_at
from headwater.model.answers import Gap
from headwater.model.ids import DatasetId
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
        return (Gap(NO_EXPECTATIONS, what, words if dataset is not None else every),)
    records, sources = _behind(scene, places)
    told = scene.witness.gaps(records, {str(name) for name in sources})
    unseen = _unseen(scene, places, records) & scene.views.catalog.datasets.keys()
    seen = [name for name in unseen if scene.sight.sees(name.namespace)]
    unclassified = never_looked_at(scene.views, scene.moment, seen, "what came from it may be anything")
    return tuple(sorted({*told, *unclassified}, key=lambda gap: (gap.code, gap.subject, gap.detail)))


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
    """Datasets that nothing is known to have made and nobody looked at, and from which places come by no dataset that anybody looked at."""
    made_of: dict[DatasetId, set[DatasetId]] = {}
    for record in records:
        if not record.claim.superseded:
            made_of.setdefault(scene.name(record.key.target), set()).update(scene.sources(record))
    found, waiting, known = set[DatasetId](), list(places), set(places)
    while waiting:
        name = waiting.pop()
        if scene.is_looked_at(name) and name not in places:
            continue
        sources = made_of.get(name, set()) - {name}
        if not sources and not scene.is_looked_at(name):
            found.add(name)
        waiting += sources - known
        known |= sources
    return found
