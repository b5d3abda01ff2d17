"""Raises where values and lineage part: values that no lineage tells of, and what lineage tells of that values do not show.

The first is an inflow that nobody reported, or a source that nobody looked at. The second is no alarm: a mask that nobody approved, or a
way on which nothing flows any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from headwater.answers.findings.raised import Raised, Showing
from headwater.answers.leaks.arrived import Leaked
from headwater.answers.leaks.places import category_of
from headwater.answers.leaks.scene import Scene, Spot
from headwater.answers.leaks.ways import Step, arrivals, arrives
from headwater.capture.classify.values.witness import TOLD_BY_FORM
from headwater.capture.sql.words.masking import DIGEST, FUNCTIONS
from headwater.model.entries import Position
from headwater.model.findings import Tier
from headwater.model.ids import DatasetId
from headwater.model.sensitivity.labels import Level
from headwater.model.sensitivity.leaks import HIDDEN_INFLOW, MASKED_OR_DEAD
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.sensitivity.decided import Looked
from headwater.projections.sensitivity.seeds import Seed


def hidden_inflows(scene: Scene, dataset: DatasetId) -> Iterator[Leaked]:
    """Values found in columns of a dataset whose lineage is known, of types that no hop brings there."""
    writers: list[Derivation] | None = None
    for spot in scene.spots(dataset):
        if spot.node is None or spot.column is None:
            continue
        found = [seed for seed in scene.own(spot) if "values" in seed.witnesses]
        for seed in found:
            writers = scene.writers(dataset) if writers is None else writers
            if writers and all(record.is_confirmed for record in writers) and not _is_explained(scene, spot.node, seed):
                yield _hidden(scene, spot, seed, writers)


def _is_explained(scene: Scene, node: int, seed: Seed) -> bool:
    """Whether lineage brings the type, or what it may be taken for: another of its category that leads as near to a person."""
    if arrives(scene.carried, node, seed.info_type):
        return True
    alike = (label.info_type for label in scene.carried.labels(node) if category_of(label.info_type) == category_of(seed.info_type))
    return any(arrives(scene.carried, node, info_type, at_least=seed.level) for info_type in alike)


def _hidden(scene: Scene, spot: Spot, seed: Seed, writers: list[Derivation]) -> Leaked:
    unseen = sorted({str(name) for record in writers for name in scene.sources(record) if not scene.is_looked_at(name)})
    tier: Tier = "possible" if unseen else "confirmed"
    blame = "all of its sources were looked at, and none holds it"
    if unseen:
        blame = f"{len(unseen)} of its sources were not looked at as they are"
    why = f"values of {seed.info_type} are in `{spot.column}`, and no statement that is known to write it brings them; {blame}"
    known = max(seed.entries, default=Position(0))
    showing = Showing(at=scene.looked_at(spot, seed.entries), known=known, what=why, severity="high", tier=tier, entries=seed.entries)
    more = f"headwater lineage {quote(spot.id)} --up --columns"
    if unseen and scene.sight.sees_all:
        more = f"headwater classify {quote(_name(unseen[0]))}"
    raised = Raised(
        kind=HIDDEN_INFLOW,
        dataset=spot.dataset,
        cause={"info_type": seed.info_type, "column": spot.column or ""},
        title=f"{seed.info_type} in `{spot.column}` that no lineage tells of",
        showings=(showing,),
        next=more,
    )
    return Leaked(
        raised=raised,
        dataset=spot.dataset,
        column=spot.column or "",
        info_type=seed.info_type,
        level=seed.level,
        kind=HIDDEN_INFLOW,
        why=why,
        next=(more, "ask who writes it beside the runs that report themselves: headwater changes"),
    )


def masked_or_dead(scene: Scene, dataset: DatasetId) -> Iterator[Leaked]:
    """Columns to which lineage surely brings a type whose values a look at them did not find."""
    for spot in scene.spots(dataset):
        if spot.node is None or spot.column is None:
            continue
        look = scene.clear_look(spot)
        if look is None:
            continue
        own = {seed.info_type for seed in scene.own(spot, sure=False)}
        for label in scene.carried.labels(spot.node):
            told = label.info_type
            if told in TOLD_BY_FORM and told not in own and _comes_readable(scene, spot.node, told):
                yield _masked(spot, told, look)


def _comes_readable(scene: Scene, node: int, info_type: str) -> bool:
    """Whether a type surely comes to a node outright, and not only as a digest, in which nobody sees a value."""
    found = arrivals(scene.carried, scene.views.derivations.nodes, node, info_type, above=Level.PSEUDONYMOUS)
    return any(arrival.sure and not any(_digests(scene, step) for step in arrival.steps) for arrival in found)


def _digests(scene: Scene, step: Step) -> bool:
    record = scene.record(step.edge.derivation)
    masking = scene.masking(record, step.edge) if record is not None else None
    return masking is not None and FUNCTIONS.get(masking) == DIGEST


def _masked(spot: Spot, info_type: str, look: Looked) -> Leaked:
    why = f"lineage brings {info_type} to `{spot.column}`, and a look at its values found none: it is masked, or nothing flows there"
    showing = Showing(at=look.at, known=look.position, what=why, severity="low", tier="possible", entries=(look.position,))
    steps = (
        f"headwater lineage {quote(spot.id)} --up --columns",
        "if a function on the way hides it, let it be approved: headwater mask approve FUNCTION --level LEVEL --reason WHY",
    )
    raised = Raised(
        kind=MASKED_OR_DEAD,
        dataset=spot.dataset,
        cause={"info_type": info_type, "column": spot.column or ""},
        title=f"{info_type} is said to reach `{spot.column}` and does not show there",
        showings=(showing,),
        next=steps[0],
    )
    return Leaked(
        raised=raised,
        dataset=spot.dataset,
        column=spot.column or "",
        info_type=info_type,
        level=Level.DIRECT,
        kind=MASKED_OR_DEAD,
        why=why,
        next=steps,
    )


def _name(node: str) -> str:
    return node.removeprefix("dataset:")
