"""Whether a dataset still is what was measured: the version that a lake or a run names, or, without any, that nothing wrote it since."""

from __future__ import annotations

from headwater.model.entries import Position
from headwater.model.ids import DatasetId
from headwater.model.sensitivity.classification import is_state
from headwater.model.times import FOREVER, Instant
from headwater.projections.catalog import Catalog
from headwater.projections.lakes import LakeDataset, Lakes
from headwater.projections.lineage.derivations import Derivations


class Versions:
    """The versions of datasets, from whatever view knows them."""

    def __init__(self, lakes: Lakes, catalog: Catalog, derivations: Derivations) -> None:
        self._lakes, self._catalog, self._derivations = lakes, catalog, derivations

    def current(self, dataset: DatasetId, valid: Instant | None, known_at: Position) -> str:
        """The version of a dataset at an instant, or the latest; empty where none is known."""
        held = self._lakes.datasets.get(dataset)
        version = _of_lake(held, valid, known_at) if held is not None else ""
        return version or self._named(dataset, valid, known_at)

    def still_has(self, dataset: DatasetId, version: str, since: Instant, valid: Instant | None, known_at: Position) -> bool:
        """Whether a dataset has a version; one without a name is had until anything wrote the dataset after `since`."""
        named = "" if is_state(version) else version
        known = self.current(dataset, valid, known_at)
        if named or known:
            return named == known
        return not self.written_since(dataset, since, known_at)

    def written_since(self, dataset: DatasetId, since: Instant, known_at: Position) -> bool:
        """Whether any run may have written a dataset after a moment, by what it derived or by naming it as an output.

        Cost:    O(runs of the jobs that ever wrote it).
        """
        return self._last_written(dataset, since, known_at) > since or self._is_output_since(dataset, since, known_at)

    def _is_output_since(self, dataset: DatasetId, since: Instant, known_at: Position) -> bool:
        record = self._catalog.datasets.get(dataset)
        for job in record.writers if record is not None else ():
            for run in reversed(self._catalog.jobs[job].runs):
                told = self._catalog.runs[(run, job)]
                if (
                    told.events
                    and told.events[-1].at > since
                    and any(name == dataset and position <= known_at for name, position in told.outputs)
                    and any(event.at > since and event.position <= known_at for event in told.events)
                ):
                    return True
        return False

    def _named(self, dataset: DatasetId, valid: Instant | None, known_at: Position) -> str:
        """The last version that a run or a producer named, as long as it did not only read it."""
        record = self._catalog.datasets.get(dataset)
        words = record.versions.until(FOREVER if valid is None else valid, known_at) if record is not None else ()
        named = [word.value[0] for word in words if word.value[2] != "input"]
        return named[-1] if named else ""

    def _last_written(self, dataset: DatasetId, since: Instant, known_at: Position) -> Instant:
        nodes, incarnations = self._derivations.nodes, self._derivations.incarnations
        owner = nodes.known(incarnations.of(dataset, since, known_at), known_at)
        numbers = self._derivations.by_target.get(owner, ()) if owner is not None else ()
        records = (self._derivations.record(number) for number in numbers)
        runs = (run for record in records if record is not None for run in record.runs.values())
        return max((ended for _, ended, told in runs if told <= known_at), default=Instant(-FOREVER))


def _of_lake(held: LakeDataset, valid: Instant | None, known_at: Position) -> str:
    """The version that readers get, or got at an instant: as a look saw it, or the last that was committed up to then."""
    look = held.look_at(known_at)
    if look is None:
        return ""
    if valid is None or valid >= look.at:
        return look.current
    commits = held.commits_at(valid, known_at)
    return commits[-1].version if commits else ""
