"""Datasets at whose columns no classifier looked, or not at all of them: labels of them may be missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import Gap
from headwater.model.ids import DatasetId
from headwater.projections.views import Views

NOT_CLASSIFIED = "DATASET-NOT-CLASSIFIED"
_MAY_HOLD = "more may be there than is told"


def was_looked_at(views: Views, moment: Moment, dataset: DatasetId) -> bool:
    """Whether a classifier had looked at all columns of a dataset by then."""
    record = views.decided.datasets.get(dataset)
    return record is not None and any(look.whole and look.position <= moment.known_at for look in record.looks)


def never_looked_at(views: Views, moment: Moment, datasets: Iterable[DatasetId], hence: str = _MAY_HOLD) -> Iterator[Gap]:
    """A gap for each of these at which nobody looked."""
    for dataset in sorted(datasets):
        if not was_looked_at(views, moment, dataset):
            yield Gap(NOT_CLASSIFIED, str(dataset), f"nobody looked at the values and names of all its columns: {hence}")


def all_never_looked_at(views: Views, moment: Moment, sight: Sight) -> Iterator[Gap]:
    """One gap that says at how many of all datasets that the asker may see nobody looked."""
    catalog = views.catalog.datasets
    known = [name for name, record in catalog.items() if record.seen.position <= moment.known_at and sight.sees(name.namespace)]
    count = sum(1 for dataset in known if not was_looked_at(views, moment, dataset))
    if count:
        of = f"{count:,} of {len(known):,} datasets"
        yield Gap(NOT_CLASSIFIED, "all", f"nobody looked at the values and names of all columns of {of}: {_MAY_HOLD}")
