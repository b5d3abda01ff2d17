"""What writes a dataset: the derivations in force at a moment whose rows it may hold."""

from __future__ import annotations

from collections.abc import Iterable

from headwater.answers.moment import Moment
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.views import Views


def writers(views: Views, moment: Moment, owners: Iterable[int]) -> list[Derivation]:
    """The derivations in force that write these incarnations, in their order, and none that a complete reading superseded.

    Cost:    O(derivations that ever wrote them), beside what `Episodes.alive` takes for the moment.
    """
    derivations = views.derivations
    alive = derivations.episodes.alive(moment.valid, None if moment.is_latest else moment.known_at)
    numbers = {number for owner in owners for number in derivations.by_target.get(owner, ()) if number < len(alive) and alive[number]}
    found = (derivations.record(number) for number in sorted(numbers))
    return [record for record in found if record is not None]
