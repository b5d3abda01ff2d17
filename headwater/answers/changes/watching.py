"""What of the lakes nobody looks at: no lake is watched, a lake was never scanned to its end, a dataset of a run is in no lake."""

from __future__ import annotations

from headwater.answers.evidence import Witness
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import Gap
from headwater.model.ids import DatasetId
from headwater.projections.views import Views

_UNWATCHED = "LAKE-UNWATCHED"
_UNSCANNED = "LAKE-UNSCANNED"
_VANISHED = "DATASET-VANISHED"


def blind_spots(views: Views, sight: Sight, moment: Moment, dataset: DatasetId | None = None) -> tuple[Gap, ...]:
    """The gaps in what is seen of lakes, of all of them or of the one that holds a dataset, and those that scans recorded."""
    known_at = moment.known_at
    lakes = [lake for lake in views.lakes.lakes.values() if lake.position <= known_at and sight.sees(lake.namespace)]
    if dataset is not None:
        record = views.lakes.datasets.get(dataset)
        if record is None or record.look_at(known_at) is None:
            return (Gap(_UNWATCHED, str(dataset), "no scan of a lake saw this dataset: whether something changed it is not known"),)
        lakes = [lake for lake in lakes if lake.name == record.lake]
    elif not lakes and not views.lakes.datasets:
        return (Gap(_UNWATCHED, "lake", "no lake is watched: what changes in one is not seen"),)
    found: list[Gap] = []
    for lake in lakes:
        scans = [scan for scan in lake.scans if scan.position <= known_at]
        if not scans or not scans[-1].whole:
            words = "the last scan of this lake ended before it had looked at everything" if scans else "this lake was never scanned"
            found.append(Gap(_UNSCANNED, f"lake:{lake.name}", words, (scans[-1].position if scans else lake.position,)))
        elif dataset is None or dataset in scans[-1].missing:
            vanished = (name for name in scans[-1].missing if dataset in (None, name) and sight.sees(name.namespace))
            found.extend(Gap(_VANISHED, str(name), "it was there once and is there no more", (scans[-1].position,)) for name in vanished)
    return tuple(sorted([*found, *_recorded(views, sight, moment, dataset, {f"lake:{lake.name}" for lake in lakes})], key=_order))


def scan_step(views: Views, dataset: DatasetId | None) -> str:
    """The command that may make a dataset seen: a scan of the lake whose datasets are named as it is."""
    own = [lake.name for lake in views.lakes.lakes.values() if dataset is not None and lake.namespace == dataset.namespace]
    return f"headwater lake scan {own[0]}" if own else "headwater lake list"


def _recorded(views: Views, sight: Sight, moment: Moment, dataset: DatasetId | None, lakes: set[str]) -> list[Gap]:
    """Gaps that the newest look at a dataset, or the newest scan of a lake, recorded; those of earlier ones may be closed by now."""
    witness = Witness(views, sight, moment)
    subjects = {
        str(name): record for name, record in views.lakes.datasets.items() if dataset in (None, name) and sight.sees(name.namespace)
    }
    found: list[Gap] = []
    for told in views.catalog.gaps:
        record = subjects.get(told.subject)
        if not witness.was_told(told) or (record is None and told.subject not in lakes):
            continue
        look = record.look_at(moment.known_at) if record is not None else None
        if record is None and told.position < _last_scan(views, told.subject, moment):
            continue
        if look is None or told.position >= look.position:
            found.append(witness.recorded(told))
    return found


def _last_scan(views: Views, subject: str, moment: Moment) -> int:
    lake = views.lakes.lakes.get(subject.removeprefix("lake:"))
    return max((scan.position for scan in lake.scans if scan.position <= moment.known_at), default=-1) if lake is not None else -1


def _order(gap: Gap) -> tuple[str, str, str]:
    return gap.code, gap.subject, gap.detail
