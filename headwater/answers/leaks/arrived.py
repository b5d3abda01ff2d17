"""Raises what is where it may not be: leaks, secrets in data, and training sets with what nobody approved.

One cause is a type in a column that was first put where it may not be by one job, however often that ran. What may be in any column,
because a statement could not be read, is told of the dataset. What stands in a place by itself, with no lineage that tells why, is told
of no job.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from shlex import quote

from headwater.answers.evidence import HIDDEN
from headwater.answers.findings.raised import NEVER, Raised, Showing
from headwater.answers.leaks.places import Expected, is_secret
from headwater.answers.leaks.scene import Scene, Spot, job_of
from headwater.answers.leaks.ways import Arrival, Step, arrivals, how
from headwater.answers.leaks.words import advice, severity_of, title_of, why_of
from headwater.model.entries import Position
from headwater.model.findings import Tier
from headwater.model.ids import DatasetId
from headwater.model.lineage import Evidence, Kind
from headwater.model.sensitivity.labels import Level
from headwater.model.sensitivity.leaks import LEAK, SECRET_IN_DATA, TRAINING_UNAPPROVED, Hop, LeakKind
from headwater.model.times import Instant
from headwater.projections.lineage.derivation import Derivation

_ENTRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaked:
    """A cause for the inbox, and what else is told of it."""

    raised: Raised
    dataset: DatasetId
    column: str
    info_type: str
    level: Level
    kind: LeakKind
    allowed: Level | None = None
    expected: Expected | None = None
    why: str = ""
    path: tuple[Hop, ...] = ()
    first: int | None = None
    runs: tuple[str, ...] = ()
    rows: int | None = None
    next: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Limit:
    """The highest level of a type that may be in a column, and by which expectation; by none, secrets may be nowhere."""

    allowed: Level
    expected: Expected | None

    def kind(self, info_type: str, level: Level) -> LeakKind:
        """What it is called when there is more."""
        if is_secret(info_type) and level == Level.DIRECT:
            return SECRET_IN_DATA
        return TRAINING_UNAPPROVED if self.expected is not None and self.expected.expectation.kind == "training" else LEAK


@dataclass(slots=True)
class _Cause:
    """What is gathered of one cause."""

    spot: Spot
    info_type: str
    limit: _Limit
    arrivals: list[tuple[Arrival, int]] = field(default_factory=list)
    """Each with the place in its way of the hop that offends first."""

    @property
    def best(self) -> tuple[Arrival, int]:
        """The one that is told: sure before supposed, at the highest level, the shortest."""
        return min(self.arrivals, key=lambda each: (*_preferred(each[0]), each[0].steps[each[1]].edge.derivation))

    @property
    def kind(self) -> LeakKind:
        """What it is called."""
        return self.limit.kind(self.info_type, self.best[0].level)


def leaked(scene: Scene, dataset: DatasetId) -> Iterator[Leaked]:
    """All that is in a dataset and may not be there."""
    unread: dict[tuple[str, str], _Cause] = {}
    told: set[tuple[str, str]] = set()
    for spot in scene.spots(dataset):
        if scene.places.of(dataset, spot.column) or _holds_secret(scene, spot):
            yield from _at(scene, spot, unread, told)
            yield from _inferred(scene, spot)
    for key, cause in sorted(unread.items()):
        if key not in told:
            yield _told(scene, cause)


def _holds_secret(scene: Scene, spot: Spot) -> bool:
    told = scene.carried.labels(spot.node) if spot.node is not None else ()
    return any(is_secret(label.info_type) for label in told) or any(is_secret(seed.info_type) for seed in scene.own(spot))


def _at(scene: Scene, spot: Spot, unread: dict[tuple[str, str], _Cause], told: set[tuple[str, str]]) -> Iterator[Leaked]:
    """What one column may not hold.

    What only may be there, because a statement on its way was not read, may be in any column: that is gathered in `unread`,
    by type and job. `told` are types and jobs that are surely in some column.
    """
    labels = scene.carried.labels(spot.node) if spot.node is not None else ()
    own = {seed.info_type: seed.level for seed in scene.own(spot)}
    suspected = {seed.info_type: seed.level for seed in scene.own(spot, sure=False) if not seed.is_sure}
    for info_type in sorted({label.info_type for label in labels} | set(own) | set(suspected)):
        limit = _limit(scene, spot, info_type)
        if limit is None:
            continue
        causes = _causes(scene, spot, info_type, limit) if spot.node is not None else {}
        for job, cause in causes.items():
            read = [each for each in cause.arrivals if each[0].sure or not _is_unread(each[0])]
            if len(read) < len(cause.arrivals):
                of_all = replace(spot, column=None, place=None)
                gathered = unread.setdefault((info_type, job), _Cause(of_all, info_type, limit))
                gathered.arrivals += [each for each in cause.arrivals if each not in read]
            if read:
                cause.arrivals = read
                if any(arrival.sure for arrival, _ in read):
                    told.add((info_type, job))
                yield _told(scene, cause)
        is_told = any(arrival.sure for cause in causes.values() for arrival, _ in cause.arrivals)
        if own.get(info_type, Level.NONE) > limit.allowed and not is_told:
            yield _standing(scene, spot, info_type, limit)
        elif suspected.get(info_type, Level.NONE) > limit.allowed and not causes:
            yield _standing(scene, spot, info_type, limit, sure=False)


def _is_unread(arrival: Arrival) -> bool:
    """Whether it came over a statement of which nobody knows which columns it takes where."""
    return any(step.edge.kind == Kind.UNKNOWN for step in arrival.steps)


def _limit(scene: Scene, spot: Spot, info_type: str) -> _Limit | None:
    """What a column may hold of a type; None where it may hold anything."""
    expected = scene.places.strictest(spot.dataset, spot.column, info_type)
    if is_secret(info_type) and (expected is None or expected.allows(info_type) == Level.DIRECT):
        return _Limit(Level.PSEUDONYMOUS, expected)
    return _Limit(expected.allows(info_type), expected) if expected is not None else None


def _preferred(arrival: Arrival) -> tuple[bool, int, int]:
    return not arrival.sure, -arrival.level, len(arrival.steps)


def _causes(scene: Scene, spot: Spot, info_type: str, limit: _Limit) -> dict[str, _Cause]:
    """By the job that first put it where it may not be, the ways by which it came."""
    found: dict[str, _Cause] = {}
    assert spot.node is not None, "only what lineage spoke of has ways"
    nodes = scene.views.derivations.nodes
    for arrival in arrivals(scene.carried, nodes, spot.node, info_type, above=limit.allowed, passages=spot.column is None):
        if not arrival.steps:
            continue
        first = next((at for at, step in enumerate(arrival.steps) if _offends(scene, step, info_type)), len(arrival.steps) - 1)
        job = job_of(scene.record(arrival.steps[first].edge.derivation))
        cause = found.setdefault(str(job) if job is not None else "", _Cause(spot, info_type, limit))
        cause.arrivals.append((arrival, first))
    return found


def _offends(scene: Scene, step: Step, info_type: str) -> bool:
    """Whether a hop puts a type where it may not be."""
    held = scene.carried.held(step.target, info_type, sure=False)
    limit = _limit(scene, Spot(scene.node_dataset(step.target), None, scene.node_column(step.target), None, None), info_type)
    return limit is not None and held > limit.allowed


def _told(scene: Scene, cause: _Cause) -> Leaked:
    arrival, first = cause.best
    spot, info_type = cause.spot, cause.info_type
    allowed, expected = cause.limit.allowed, cause.limit.expected
    job = job_of(scene.record(arrival.steps[first].edge.derivation))
    tier: Tier = "confirmed" if any(each.sure for each, _ in cause.arrivals) else "possible"
    records = _records(scene, cause)
    path = tuple(_hop(scene, step, info_type) for step in arrival.steps)
    runs = tuple(dict.fromkeys(run for record in records for run in scene.runs_of(record)))
    rows = [told for record in records if (told := scene.rows_of(record)) is not None]
    why = why_of(spot, info_type, arrival.level, allowed, expected, sure=tier == "confirmed")
    measurable = _measurable(scene, arrival) if allowed >= Level.AGGREGATE else None
    steps = advice(spot, info_type, path[first].job, expected, cause.kind, sure=tier == "confirmed", measurable=measurable)
    told_by = {"info_type": info_type, **({"column": spot.column} if spot.column else {}), "job": str(job) if job is not None else ""}
    raised = Raised(
        kind=cause.kind,
        dataset=spot.dataset,
        cause=told_by,
        shown={**told_by, "job": path[first].job},
        title=title_of(spot, info_type, arrival.level, cause.kind),
        showings=_showings(scene, cause),
        owner=expected.expectation.owner if expected is not None else "",
        next=steps[0],
    )
    return Leaked(
        raised=raised,
        dataset=spot.dataset,
        column=spot.column or "",
        info_type=info_type,
        level=arrival.level,
        kind=cause.kind,
        allowed=allowed if expected is not None else None,
        expected=expected,
        why=why,
        path=path,
        first=first,
        runs=runs if path[first].job != HIDDEN else (),
        rows=sum(rows) if rows else None,
        next=steps,
    )


def _measurable(scene: Scene, arrival: Arrival) -> DatasetId | None:
    """The last place on a way at which groups are counted or totalled that nobody measured."""
    for step in reversed(arrival.steps):
        record = scene.record(step.edge.derivation)
        if record is not None and scene.is_measurable(record, step.edge):
            return scene.name(record.key.target)
    return None


def _records(scene: Scene, cause: _Cause) -> list[Derivation]:
    """The derivations of the hops that offend first."""
    numbers = sorted({arrival.steps[first].edge.derivation for arrival, first in cause.arrivals})
    return [record for number in numbers if (record := scene.record(number)) is not None]


def _showings(scene: Scene, cause: _Cause) -> tuple[Showing, ...]:
    """One per statement that offends first, oldest first: a statement that is new opens a finding again, a run of it does not."""
    found: dict[int, list[Arrival]] = {}
    for arrival, first in cause.arrivals:
        found.setdefault(arrival.steps[first].edge.derivation, []).append(arrival)
    showings = [_showing(scene, cause, number, several) for number, several in found.items()]
    return tuple(sorted(showings, key=lambda showing: (showing.at, showing.known)))


def _showing(scene: Scene, cause: _Cause, number: int, several: list[Arrival]) -> Showing:
    best = min(several, key=_preferred)
    record = scene.record(number)
    at, known = _since(scene, record), _known(scene, best)
    rows = scene.rows_of(record) if record is not None else None
    tier: Tier = "confirmed" if best.sure else "possible"
    positions = scene.witness.positions(record) if record is not None else []
    return Showing(
        at=at,
        known=known,
        what=_way(scene, best, cause.info_type),
        severity=severity_of(cause.kind, cause.info_type, best.level),
        tier=tier,
        numbers={"rows_written": rows} if rows is not None else {},
        entries=tuple(positions[:_ENTRIES]),
        again=max(positions, default=NEVER),
    )


def _way(scene: Scene, arrival: Arrival, info_type: str) -> str:
    """A way in one line."""
    hops = [_hop(scene, step, info_type) for step in arrival.steps]
    told = [_short(hops[0].source), *(f"({hop.how}) {_short(hop.target)}" for hop in hops)]
    return f"{info_type} at {arrival.level.word}: {' -> '.join(told)}"


def _short(node: str) -> str:
    return node.removeprefix("datasetField:").removeprefix("dataset:")


def _since(scene: Scene, record: Derivation | None) -> Instant:
    """Since when its rows are there."""
    spans = scene.views.derivations.spans_at(record, scene.moment.known_at) if record is not None else ()
    now = [since for since, until in spans if since <= scene.moment.until < until] or [since for since, _ in spans]
    return min(now, default=Instant(0))


def _known(scene: Scene, arrival: Arrival) -> Position:
    """From which entry on the way could be known: when its last hop, or what it starts from, was told."""
    told = [Position(0)]
    for step in arrival.steps:
        record = scene.record(step.edge.derivation)
        positions = scene.witness.positions(record) if record is not None else []
        told += positions[:1]
    told += scene.told_of(arrival.start)
    return max(told)


def _hop(scene: Scene, step: Step, info_type: str) -> Hop:
    record = scene.record(step.edge.derivation)
    if record is None:
        return Hop(
            source=scene.shown_node(step.source),
            target=scene.shown_node(step.target),
            job="",
            how="another name of the same",
            transfer="everything passes",
            evidence="",
            read=True,
            fingerprint="",
            derivation=step.edge.derivation,
        )
    job, runs = scene.witness.job(record.claim.job), scene.runs_of(record)
    return Hop(
        source=scene.shown_node(step.source),
        target=scene.shown_node(step.target),
        job=job,
        how=how(step.edge, scene.masking(record, step.edge)),
        transfer=scene.carried.words(step.edge.code, info_type),
        evidence=record.claim.evidence.value,
        read=record.claim.status == "complete" and record.claim.evidence in (Evidence.PARSED, Evidence.OBSERVED),
        fingerprint=record.claim.fingerprint if scene.witness.sees_all_of(record) else HIDDEN,
        derivation=record.id,
        runs=tuple(runs[-_ENTRIES:]) if job != HIDDEN else (),
        run_count=len(runs),
        entries=tuple(scene.witness.positions(record)[:_ENTRIES]),
    )


def _standing(scene: Scene, spot: Spot, info_type: str, limit: _Limit, *, sure: bool = True) -> Leaked:
    """What a column holds by itself, or is suspected to hold, with no lineage that tells how it came there."""
    seed = max((seed for seed in scene.own(spot, sure=sure) if seed.info_type == info_type), key=lambda each: each.level)
    allowed, expected, kind = limit.allowed, limit.expected, limit.kind(info_type, seed.level)
    steps = advice(spot, info_type, "", expected, kind, sure=True)
    by = "a person said so" if "person" in seed.witnesses else "its values say so" if "values" in seed.witnesses else "its name says so"
    if not seed.is_sure:
        by = f"{by}, but not enough of it"
        steps = (f"headwater label review {quote(str(spot.dataset))}", *steps)
    showing = Showing(
        at=scene.looked_at(spot, seed.entries),
        known=max(seed.entries, default=Position(0)),
        what=f"{info_type} at {seed.level.word}: {by}; no lineage that is known tells how it came there",
        severity=severity_of(kind, info_type, seed.level),
        tier="confirmed" if seed.is_sure and not {"values", "person"}.isdisjoint(seed.witnesses) else "possible",
        entries=seed.entries,
    )
    raised = Raised(
        kind=kind,
        dataset=spot.dataset,
        cause={"info_type": info_type, **({"column": spot.column} if spot.column else {}), "job": ""},
        title=title_of(spot, info_type, seed.level, kind),
        showings=(showing,),
        owner=expected.expectation.owner if expected is not None else "",
        next=steps[0],
    )
    return Leaked(
        raised=raised,
        dataset=spot.dataset,
        column=spot.column or "",
        info_type=info_type,
        level=seed.level,
        kind=kind,
        allowed=allowed if expected is not None else None,
        expected=expected,
        why=f"{why_of(spot, info_type, seed.level, allowed, expected, sure=True)}; {by}, and no lineage tells how it came there",
        next=steps,
    )


def _inferred(scene: Scene, spot: Spot) -> Iterator[Leaked]:
    """What a type merely had an influence on, where not even that may be."""
    if spot.node is None or spot.column is None:
        return
    for label in scene.carried.labels(spot.node):
        expected = next((told for told in scene.places.of(spot.dataset, spot.column) if not told.allows_inferred(label.info_type)), None)
        if expected is None or not label.inferred or label.level > expected.allows(label.info_type):
            continue
        kind: LeakKind = TRAINING_UNAPPROVED if expected.expectation.kind == "training" else LEAK
        steps = advice(spot, label.info_type, "", expected, kind, sure=True)
        what = f"something of {label.info_type} decided which rows it has or which value it took"
        showing = Showing(at=Instant(0), known=expected.word.position, what=what, severity="low", tier="possible")
        raised = Raised(
            kind=kind,
            dataset=spot.dataset,
            cause={"info_type": label.info_type, "column": spot.column, "influence": "yes"},
            title=f"{label.info_type} had an influence on `{spot.column}`",
            showings=(showing,),
            owner=expected.expectation.owner,
            next=steps[0],
        )
        yield Leaked(
            raised=raised,
            dataset=spot.dataset,
            column=spot.column,
            info_type=label.info_type,
            level=Level.NONE,
            kind=kind,
            allowed=Level.NONE,
            expected=expected,
            why=f"{what}, and `{expected.expectation.name}` of {expected.word.origin} allows not even that",
            next=steps,
        )
