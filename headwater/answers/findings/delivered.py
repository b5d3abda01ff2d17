"""Raises deliveries of suppliers that are not as they should be; the same fault of the same supplier for a dataset is one cause."""

from __future__ import annotations

from collections.abc import Iterable

from headwater.answers.findings.raised import Raised, Showing
from headwater.model.deliveries import DeliveryVerdict
from headwater.model.findings import BAD_DELIVERY, Severity
from headwater.model.ids import DatasetId
from headwater.projections.deliveries import Delivery

_SEVERITIES: dict[DeliveryVerdict, Severity] = {
    "late": "low",
    "repeated": "medium",
    "incomplete": "medium",
    "unreadable": "medium",
    "altered": "high",
    "not as promised": "high",
}


def raise_deliveries(dataset: DatasetId, deliveries: Iterable[Delivery]) -> list[Raised]:
    """A cause per supplier's product and kind of fault."""
    causes: dict[tuple[str, DeliveryVerdict], list[Delivery]] = {}
    for told in deliveries:
        if told.seen.verdict in _SEVERITIES:
            causes.setdefault((str(told.origin), told.seen.verdict), []).append(told)
    return [_raised(dataset, verdict, several) for (_, verdict), several in causes.items()]


def _raised(dataset: DatasetId, verdict: DeliveryVerdict, several: list[Delivery]) -> Raised:
    first = min(several, key=lambda told: told.at)
    held = "" if verdict == "late" else ", held back"
    return Raised(
        kind=BAD_DELIVERY,
        dataset=dataset,
        cause={"supplier": first.origin.namespace.removeprefix("feed://"), "product": first.origin.name, "verdict": verdict},
        title=f"delivery of {first.origin.namespace.removeprefix('feed://')}/{first.origin.name} {verdict}{held}",
        showings=tuple(_showing(told, verdict) for told in sorted(several, key=lambda told: (told.at, told.position))),
        next=f"headwater delivery list {first.source}",
    )


def _showing(told: Delivery, verdict: DeliveryVerdict) -> Showing:
    return Showing(
        at=told.at,
        known=told.position,
        what=f"delivery `{told.seen.delivery}`: {told.seen.why}",
        severity=_SEVERITIES[verdict],
        tier="confirmed",
        batch=told.seen.batch,
        entries=(told.position,),
    )
