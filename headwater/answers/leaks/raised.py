"""Everything of leaks that shows at one moment, gathered for the inbox and for `headwater leaks`."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.answers.findings.raised import Raised
from headwater.answers.leaks.arrived import Leaked, leaked
from headwater.answers.leaks.carried import MapCarried
from headwater.answers.leaks.inflow import hidden_inflows, masked_or_dead
from headwater.answers.leaks.names import raise_dataset_names, raise_job_names
from headwater.answers.leaks.places import Places
from headwater.answers.leaks.scene import Scene
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.ids import DatasetId
from headwater.model.sensitivity.labels import Level
from headwater.model.sensitivity.leaks import IDENTIFIER_IN_NAME
from headwater.projections.sensitivity.seeds import Seeds
from headwater.projections.views import Views


def raise_leaks(scene: Scene, dataset: DatasetId | None = None) -> list[Leaked]:
    """Every cause of every kind, of all datasets that the asker may see or of one."""
    found: dict[str, Leaked] = {}
    for told in _all(scene, dataset):
        found.setdefault(told.raised.id, told)
    return list(found.values())


def _all(scene: Scene, dataset: DatasetId | None) -> Iterator[Leaked]:
    for name in scene.datasets(dataset):
        if scene.places.of(name) or scene.may_hold_secrets(name):
            yield from leaked(scene, name)
        if name in scene.views.decided.datasets:
            yield from hidden_inflows(scene, name)
            yield from masked_or_dead(scene, name)
        record = scene.views.catalog.datasets.get(name)
        if record is not None:
            yield from (_named(raised) for raised in raise_dataset_names(record, scene.moment))
    if dataset is None:
        jobs = [job for name, job in sorted(scene.views.catalog.jobs.items()) if scene.sight.sees(name.namespace)]
        yield from (_named(raised) for raised in raise_job_names(scene.views, jobs, scene.moment))


def _named(raised: Raised) -> Leaked:
    return Leaked(
        raised=raised,
        dataset=raised.dataset,
        column=raised.cause.get("column", ""),
        info_type=raised.cause["info_type"],
        level=Level.DIRECT,
        kind=IDENTIFIER_IN_NAME,
        why="a name goes wherever a catalog, a log or a bill goes, and no mask covers it",
        next=(raised.next,),
    )


def scene_of(views: Views, sight: Sight, moment: Moment) -> Scene:
    """What there is to see at a moment: the map of now is kept up, that of another moment is made."""
    is_now = moment.valid is None and moment.is_latest
    labels = views.sensitivity.now() if is_now else views.sensitivity.at(moment)
    seeds = labels.seeds if labels.seeds is not None else Seeds()
    return Scene(views, sight, moment, MapCarried(labels), seeds, Places(views.decided.expectations(moment.known_at)))
