"""From what is recorded to what labels start from, as of one moment (`seeds.Decided`).

A verdict or decision is of the incarnation that its name meant when it was made. A `labelled` verdict seeds its type and a `suspected`
one does so unsurely, unless the last decision of a person on that column and type rejects it; what a person set or confirmed seeds
by itself. What a verdict owes to lineage seeds nothing: lineage carries it, and takes it away again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from headwater.capture.classify.standing import confidence_without_lineage, state_without_lineage
from headwater.model.entries import Position
from headwater.model.facts import DatasetChanged, DatasetScanned, Fact, RunObserved, VersionCommitted, VersionObserved
from headwater.model.ids import DatasetId
from headwater.model.naming import column_key
from headwater.model.sensitivity.classification import ColumnVerdict, Evidence, State
from headwater.model.sensitivity.info_types import INFO_TYPES
from headwater.model.sensitivity.labels import Level
from headwater.model.times import Instant
from headwater.projections.lineage.derivations import Derivations
from headwater.projections.lineage.incarnations import Incarnation, Incarnations
from headwater.projections.sensitivity.decided import DecidedRecords, LabelWord, Looked, SensitivityRecord, family
from headwater.projections.sensitivity.seeds import Approval, Grouping, Lowering, Place, Seed, Seeds, Witness
from headwater.projections.sensitivity.versions import Versions

LATEST = Position(2**62)
_WRITES = (DatasetChanged, DatasetScanned, VersionCommitted, VersionObserved, RunObserved)
"""Facts after which a dataset may have another version than the one that was measured."""


class Seeding:
    """Gives the seeds of any moment; those of the latest are kept until a fact comes that may change them."""

    def __init__(self, records: DecidedRecords, derivations: Derivations, versions: Versions) -> None:
        self._records, self._derivations, self._versions = records, derivations, versions
        self._latest: Seeds | None = None
        self._generation = -1
        self._parts: dict[DatasetId, tuple[tuple[int, int], _Part]] = {}
        """What the latest seeds have of each dataset, with how much was recorded of it then: most changes concern one dataset."""

    def fold(self, facts: Iterable[Fact]) -> None:
        """Forget what facts outside the records may have changed: what names mean, and which versions there are."""
        for fact in facts if self._records.datasets else ():
            if isinstance(fact, DatasetChanged) and fact.change in ("DROP", "RENAME"):
                self._latest = None
                self._parts.clear()
            elif isinstance(fact, _WRITES) and self._records.has_measured:
                self._latest = None

    def seeds(self, valid: Instant | None, known_at: Position | None) -> Seeds:
        """The seeds that hold at an instant, by what was known at a position; None for the latest of each."""
        if valid is not None or known_at is not None:
            return self._made(valid, known_at if known_at is not None else LATEST)
        if self._latest is None or self._generation != self._records.generation:
            self._generation = self._records.generation
            self._latest = self._made(None, LATEST)
        return self._latest

    def _made(self, valid: Instant | None, known_at: Position) -> Seeds:
        columns: dict[Place, tuple[Seed, ...]] = {}
        spellings: dict[Place, str] = {}
        lowerings: list[Lowering] = []
        groupings: list[Grouping] = []
        for dataset in sorted(self._records.datasets):
            record = self._records.datasets[dataset]
            found = _OfDataset(self._records, record, self._derivations.incarnations, valid, known_at)
            part = self._latest_part(record, found) if valid is None and known_at == LATEST else _part(found)
            for place, seeds in part.columns.items():
                known = columns.get(place)
                columns[place] = seeds if known is None else tuple(sorted((*known, *seeds)))
            for place, spelling in part.spellings.items():
                spellings[place] = min(spelling, spellings.get(place, spelling))
            lowerings += found.lowerings() if record.labels else []
            groupings += self._groupings(record, valid, known_at)
        return Seeds(
            columns=columns,
            approvals=tuple(self._approvals(valid, known_at)),
            groupings=tuple(sorted(groupings)),
            lowerings=tuple(sorted(lowerings)),
            spellings=spellings,
        )

    def _latest_part(self, record: SensitivityRecord, found: _OfDataset) -> _Part:
        amount = (len(record.looks), len(record.labels))
        known = self._parts.get(record.id)
        if known is None or known[0] != amount:
            known = self._parts[record.id] = (amount, _part(found))
        return known[1]

    def _approvals(self, valid: Instant | None, known_at: Position) -> Iterator[Approval]:
        for pattern, word in self._records.masking(valid, known_at):
            yield Approval(function=word.function, level=word.level, namespaces=(pattern,), entries=(word.position,))

    def _groupings(self, record: SensitivityRecord, valid: Instant | None, known_at: Position) -> Iterator[Grouping]:
        last = {(told.fingerprint, told.version): told for told in record.measured if told.position <= known_at}
        for told in last.values():
            if self._versions.still_has(record.id, told.version, told.at, valid, known_at):
                target = self._derivations.incarnations.of(record.id, told.at, known_at)
                yield Grouping(target=target, fingerprint=told.fingerprint, smallest=told.smallest, entries=(told.position,))


@dataclass(frozen=True, slots=True)
class _Part:
    """What one name adds to the seeds."""

    columns: dict[Place, tuple[Seed, ...]]
    spellings: dict[Place, str]


def _part(found: _OfDataset) -> _Part:
    columns = {place: tuple(sorted(seeds)) for place, seeds in found.seeds().items()}
    return _Part(columns, found.spellings)


def standing_verdicts(
    record: SensitivityRecord, incarnations: Incarnations, known_at: Position
) -> Iterator[tuple[Incarnation, ColumnVerdict, Looked]]:
    """What each classifier said last of each column of each incarnation that a name meant, in the order in which it said so.

    A look that could not tell (`abstain`, for want of values) stands beside what was found before and takes nothing away.
    """
    last: dict[tuple[Incarnation, str], dict[str, list[tuple[ColumnVerdict, Looked]]]] = defaultdict(dict)
    for look in record.looks:
        if look.position <= known_at:
            kept = last[(incarnations.of(record.id, look.at, known_at), family(look.classifier))]
            said: dict[str, list[tuple[ColumnVerdict, Looked]]] = defaultdict(list)
            for verdict in look.columns:
                said[verdict.column].append((verdict, look))
            for gone in kept.keys() - said.keys() if look.whole else ():
                del kept[gone]
            for column, verdicts in said.items():
                before = kept.pop(column, [])
                kept[column] = [*(told for told in before if told[0].state != "abstain" and _tells_nothing(verdicts)), *verdicts]
    for (incarnation, _), columns in last.items():
        yield from ((incarnation, verdict, look) for verdicts in columns.values() for verdict, look in verdicts)


def _tells_nothing(verdicts: list[tuple[ColumnVerdict, Looked]]) -> bool:
    return all(verdict.state == "abstain" for verdict, _ in verdicts)


class _OfDataset:
    """What was recorded of one name, sorted to the incarnations it meant."""

    def __init__(
        self, records: DecidedRecords, record: SensitivityRecord, incarnations: Incarnations, valid: Instant | None, known_at: Position
    ) -> None:
        self._records, self._record, self._valid, self._known_at = records, record, valid, known_at
        self._incarnations = incarnations
        self.spellings: dict[Place, str] = {}

    def seeds(self) -> dict[Place, list[Seed]]:
        """What the columns hold by themselves."""
        decided = self._decided()
        found: dict[Place, list[Seed]] = defaultdict(list)
        for place, verdict, entry in self._verdicts():
            for seed in _seeds_of(verdict, entry):
                word = decided.get((place, seed.info_type))
                if word is None or word.action != "reject":
                    found[place].append(seed)
        for (place, info_type), word in decided.items():
            if word.action in ("set", "confirm"):
                level = word.level if word.level is not None else INFO_TYPES[info_type].level
                found[place].append(Seed(info_type=info_type, level=level, witnesses=("person",), entries=(word.position,)))
        return found

    def lowerings(self) -> list[Lowering]:
        """What people let arrive at most, by derivations they named: of each derivation the last word counts, up to a withdrawal."""
        last: dict[tuple[Place, str, str], LabelWord] = {}
        for place, word in self._words():
            if word.action == "withdraw":
                last = {key: kept for key, kept in last.items() if key[:2] != (place, word.info_type)}
            elif word.action == "lower":
                last.update(((place, word.info_type, fingerprint), word) for fingerprint in word.fingerprints)
        bound: dict[tuple[Place, Position], list[str]] = defaultdict(list)
        words: dict[Position, LabelWord] = {}
        for (place, _, fingerprint), word in last.items():
            if self._records.holds(word, self._valid, self._known_at):
                bound[(place, word.position)].append(fingerprint)
                words[word.position] = word
        return [_lowering(place, words[position], tuple(sorted(told))) for (place, position), told in bound.items()]

    def _verdicts(self) -> Iterator[tuple[Place, ColumnVerdict, Position]]:
        """What each classifier said last of each column of each incarnation; what is within documents is of their column, too."""
        inside: dict[tuple[Incarnation, Position], str] = {}
        for incarnation, verdict, look in standing_verdicts(self._record, self._incarnations, self._known_at):
            root = inside.get((incarnation, look.position), "")
            if root and verdict.column.startswith((f"{root}.", f"{root}[", f"{root}{{")):
                yield self._place(incarnation, root), verdict, look.position
            else:
                inside[(incarnation, look.position)] = verdict.column
            yield self._place(incarnation, verdict.column), verdict, look.position

    def _decided(self) -> dict[tuple[Place, str], LabelWord]:
        """The last word of a person on each column and type; a lowering says nothing of what the column holds by itself."""
        return {(place, word.info_type): word for place, word in self._words() if word.action != "lower"}

    def _words(self) -> Iterator[tuple[Place, LabelWord]]:
        for word in self._record.labels:
            if word.position <= self._known_at:
                yield self._place(self._incarnation(word.at), word.column), word

    def _incarnation(self, at: Instant) -> Incarnation:
        return self._incarnations.of(self._record.id, at, self._known_at)

    def _place(self, incarnation: Incarnation, column: str) -> Place:
        place = Place(incarnation, column_key(self._record.id.namespace, column))
        self.spellings[place] = min(column, self.spellings.get(place, column))
        return place


def _lowering(place: Place, word: LabelWord, fingerprints: tuple[str, ...]) -> Lowering:
    return Lowering(
        place=place,
        info_type=word.info_type,
        level=word.level if word.level is not None else Level.DIRECT,
        fingerprints=fingerprints,
        signed_at=Position(word.position - 1),
        entries=(word.position,),
    )


def _seeds_of(verdict: ColumnVerdict, entry: Position) -> Iterator[Seed]:
    told: list[tuple[str | None, State, Evidence]] = [(verdict.info_type, verdict.state, verdict.evidence)]
    told += [(further.info_type, further.state, further.evidence) for further in verdict.also]
    for info_type, state, evidence in told:
        known = INFO_TYPES.get(info_type or "")
        standing = state_without_lineage(state, evidence)
        if known is not None and standing in ("labelled", "suspected"):
            yield Seed(
                info_type=known.name,
                level=known.level,
                witnesses=_witnesses(evidence),
                entries=(entry,),
                is_sure=standing == "labelled",
                confidence=confidence_without_lineage(evidence),
            )


def _witnesses(evidence: Evidence) -> tuple[Witness, ...]:
    """Which witnesses speak for it."""
    said: Mapping[Witness, float] = {
        "values": evidence.values.weight if evidence.values is not None else 0.0,
        "names": evidence.name.weight if evidence.name is not None else 0.0,
    }
    return tuple(witness for witness, weight in said.items() if weight > 0)
