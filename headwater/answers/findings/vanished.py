"""Raises datasets that a scan of their lake did not find any more, unless a run was known to drop or rename them."""

from __future__ import annotations

from shlex import quote

from headwater.answers.findings.raised import Raised, Showing
from headwater.answers.moment import Moment
from headwater.model.findings import VANISHED_DATASET
from headwater.model.ids import DatasetId
from headwater.model.times import Instant, format_instant
from headwater.projections.lakes import Scan
from headwater.projections.views import Views


def raise_vanished(views: Views, dataset: DatasetId, moment: Moment) -> list[Raised]:
    """One cause with every scan that found a dataset gone that the scan before it had found."""
    record = views.lakes.datasets.get(dataset)
    lake = views.lakes.lakes.get(record.lake) if record is not None else None
    scans = [scan for scan in lake.scans if scan.position <= moment.known_at and scan.ended <= moment.until and scan.whole] if lake else []
    showings = [
        _showing(before, scan)
        for before, scan in zip([None, *scans], scans, strict=False)
        if dataset in scan.missing
        and (before is None or dataset not in before.missing)
        and not _was_ended(views, dataset, before, scan, moment)
    ]
    if not showings:
        return []
    return [
        Raised(
            kind=VANISHED_DATASET,
            dataset=dataset,
            cause={"lake": record.lake if record is not None else ""},
            title="gone from its lake outside any recorded run",
            showings=tuple(showings),
            next=f"headwater lake history {quote(str(dataset))}",
        )
    ]


def _was_ended(views: Views, dataset: DatasetId, before: Scan | None, scan: Scan, moment: Moment) -> bool:
    """Whether somebody told of a drop or a renaming between two scans."""
    since = before.started if before is not None else Instant(0)
    told = views.derivations.incarnations.boundaries.get(dataset, [])
    return any(
        boundary.kind in ("dropped", "renamed-away") and since <= boundary.at <= scan.ended and boundary.position <= moment.known_at
        for boundary in told
    )


def _showing(before: Scan | None, scan: Scan) -> Showing:
    seen = f"the scan at {format_instant(before.ended)} found it, " if before is not None else ""
    return Showing(
        at=scan.ended,
        known=scan.position,
        what=f"{seen}that at {format_instant(scan.ended)} did not; no run told of a drop",
        severity="high",
        tier="confirmed",
        entries=(scan.position,),
    )
