"""From a sample, a name and what lineage brings to a verdict: witnesses are weighed in log-odds, and what stays in between is left open.

Pure: the same sample gives the same verdict, whatever the order of its values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from headwater.capture.classify.names import names_say
from headwater.capture.classify.reading import Look, look_at
from headwater.capture.classify.recognised import Recognised, recognised_says
from headwater.capture.classify.textual import is_json, is_text, parts_of, text_says
from headwater.capture.classify.values.fits import fit
from headwater.capture.classify.values.plain import Against, against
from headwater.capture.classify.values.witness import TOLD_BY_FORM, values_say
from headwater.capture.classify.weighing import (
    BY_FORM_OR_NAME,
    CLEAR_BELOW,
    LABELLED_FROM,
    LEARNED_SUSPECTS_FROM,
    NAME_SUSPECTS_FROM,
    SUSPECTED_FROM,
    VALUES_SUPPORT_FROM,
    confidence_of,
)
from headwater.model.sensitivity.classification import (
    ColumnGap,
    ColumnSample,
    ColumnVerdict,
    Evidence,
    Found,
    Further,
    LearnedEvidence,
    LineageEvidence,
    NameEvidence,
    State,
    ValueEvidence,
)
from headwater.model.sensitivity.info_types import INFO_TYPES

CLASSIFIER = "headwater-classify-1"
ENOUGH_VALUES = 3
REPEATED = 20
MOST_FURTHER = 6
NOT_FOUND = -6.0
EXPLAINS_FROM, EXPLAINED_AWAY = 5.0, -0.5
"""Values that one type explains this well do not also fit what a name says of another."""
DENSE = 5.0
_NEVER_COUNTED_UP = frozenset({"SALARY", "PASSPORT", "PASSWORD"})
SURE_FORM = 6.0
"""A form worth this much is that of nothing else, so harmless kinds do not speak against it."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    info_type: str
    log_odds: float
    values: ValueEvidence | None
    name: NameEvidence | None
    lineage: LineageEvidence | None
    learned: LearnedEvidence | None
    found_in: Found

    @property
    def value_weight(self) -> float:
        return self.values.weight if self.values else 0.0


def classify(
    sample: ColumnSample,
    lineage: Sequence[LineageEvidence] = (),
    learned: Sequence[LearnedEvidence] = (),
    heard: Sequence[Recognised] = (),
) -> tuple[ColumnVerdict, ...]:
    """The verdict of a column, followed by those of its parts where it holds documents; recognisers are heard of the column as a whole."""
    beside = _Beside(
        {each.info_type: each for each in lineage if each.info_type in INFO_TYPES},
        {each.info_type: each for each in learned if each.info_type in INFO_TYPES},
        tuple(heard),
    )
    if is_json(sample):
        return tuple(_documents(sample, beside))
    look = look_at(sample)
    return (_verdict(sample, look, beside, _gaps(sample, look)),)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is said of a column from elsewhere, by type."""

    flows: Mapping[str, LineageEvidence]
    learned: Mapping[str, LearnedEvidence]
    heard: tuple[Recognised, ...] = ()


def _documents(sample: ColumnSample, beside: _Beside) -> Iterator[ColumnVerdict]:
    """Each part by itself; the column as a whole stands for the strongest of them."""
    parts = parts_of(sample)
    inner = [verdict for part in parts.samples for verdict in classify(part)]
    gaps = [*_gaps(sample, look_at(sample))]
    if parts.malformed:
        gaps.append(ColumnGap(code="DOCUMENT-MALFORMED", count=parts.malformed))
    if parts.unfollowed:
        gaps.append(ColumnGap(code="DOCUMENT-TOO-WIDE", count=parts.unfollowed))
    look = look_at(sample)
    whole = _verdict(sample, look, beside, tuple(gaps), inside=tuple(inner))
    yield whole
    yield from inner


def _verdict(
    sample: ColumnSample,
    look: Look,
    beside: _Beside,
    gaps: tuple[ColumnGap, ...],
    inside: tuple[ColumnVerdict, ...] = (),
) -> ColumnVerdict:
    kinds = against(look)
    names = names_say(look.column)
    candidates = sorted(_candidates(look, kinds, names, beside), key=lambda each: (-each.log_odds, each.info_type))
    if inside:
        return _of_parts(sample, look, inside, gaps)
    states = [(candidate, _state(candidate, look)) for candidate in candidates]
    ranked = sorted(states, key=lambda pair: (_RANK[pair[1]], -pair[0].log_odds, pair[0].info_type))
    state: State = "clear" if _enough(look) else "abstain"
    told = ("labelled", "suspected")
    if ranked and (ranked[0][1] in told or ranked[0][1] == "abstain"):
        state = ranked[0][1]
    chosen = ranked[0][0] if ranked and state in told else None
    kept = tuple(_further(each, kind, kinds) for each, kind in ranked[1:] if kind in told)[:MOST_FURTHER] if chosen else ()
    best = max((each.log_odds for each in candidates), default=-9.0)
    return ColumnVerdict(
        column=sample.column,
        state=state,
        info_type=chosen.info_type if chosen else None,
        category=INFO_TYPES[chosen.info_type].category if chosen else None,
        confidence=confidence_of(chosen.log_odds) if chosen else round(1 - confidence_of(best), 4) if state == "clear" else 0.5,
        evidence=_evidence(chosen, kinds),
        also=kept,
        type=sample.type,
        rows=sample.rows,
        nulls=sample.nulls,
        distinct=look.distinct,
        gaps=gaps,
    )


_RANK: dict[State, int] = {"labelled": 0, "suspected": 1, "abstain": 2, "clear": 3}


def _candidates(look: Look, kinds: Sequence[Against], names: Mapping[str, NameEvidence], beside: _Beside) -> Iterator[_Candidate]:
    said = values_say(look)
    text = is_text(look)
    within = text_says(look) if text else {}
    recognised = recognised_says(beside.heard, in_texts=text)
    explained = {info_type for info_type, each in said.items() if (tempered := _tempered(each, kinds)) and tempered.weight >= EXPLAINS_FROM}
    for info_type in sorted({*said, *within, *names, *recognised, *beside.flows, *beside.learned} & INFO_TYPES.keys()):
        name, flow, learned = names.get(info_type), beside.flows.get(info_type), beside.learned.get(info_type)
        values = _tempered(said.get(info_type), kinds)
        found_in: Found = "column"
        if name is not None or flow is not None or learned is not None:
            values = _fitting(info_type, look, values, kinds)
        if info_type in within and (values is None or values.weight < within[info_type].weight):
            values, found_in = within[info_type], "text"
        if info_type in recognised and (values is None or values.weight < recognised[info_type].weight):
            values, found_in = _tempered(recognised[info_type], kinds), "text" if text else "column"
        if values is not None and values.method == "fit" and explained - {info_type}:
            values = _reweighed(values, min(values.weight, EXPLAINED_AWAY))
        if text and found_in == "column" and info_type not in _LONG and values is not None and values.method in ("list", "fit"):
            values = _reweighed(values, min(values.weight, -1.0))
        log_odds = INFO_TYPES[info_type].prior + (values.weight if values else 0.0)
        log_odds += (name.weight if name else 0.0) + (flow.weight if flow else 0.0) + (learned.weight if learned else 0.0)
        yield _Candidate(info_type, log_odds, values, name, flow, learned, found_in)


_LONG = frozenset(
    "STREET_ADDRESS DIAGNOSIS PRIVATE_KEY CONNECTION_STRING JWT BIOMETRIC_DATA GENETIC_DATA CARD_TRACK PROCEDURE HEALTH_CONDITION".split()
)


def _tempered(values: ValueEvidence | None, kinds: Sequence[Against]) -> ValueEvidence | None:
    """What values say, less what speaks against it; a form that nothing else has is beyond that."""
    if values is None or not kinds or (values.method == "form" and values.weight >= SURE_FORM):
        return values
    strongest = kinds[0]
    if strongest.kind == "decimal" and values.method == "distribution":
        return values
    return _reweighed(values, values.weight - strongest.weight)


def _fitting(info_type: str, look: Look, values: ValueEvidence | None, kinds: Sequence[Against]) -> ValueEvidence | None:
    """What values say of a type that a name or lineage suggests: the better of their evidence and their fit, or that they contradict it."""
    if not look.size:
        return None
    fitting = fit(info_type, look)
    if fitting is not None and any(_rules_out(kind, info_type) for kind in kinds):
        fitting = _reweighed(fitting, RULED_OUT)
    if fitting is not None and info_type in _NEVER_COUNTED_UP and any(kind.kind == "sequence" and kind.weight >= DENSE for kind in kinds):
        fitting = _reweighed(fitting, BY_FORM_OR_NAME)
    if values is not None and (fitting is None or values.weight >= fitting.weight or values.weight < BY_FORM_OR_NAME):
        return values
    if fitting is not None and (info_type not in TOLD_BY_FORM or info_type in _ALSO_BY_FIT or fitting.weight < 0):
        return fitting
    if values is not None:
        return values
    worth = NOT_FOUND if info_type in TOLD_BY_FORM else BY_FORM_OR_NAME
    return ValueEvidence(method="form", tested=look.size, matched=0, weight=worth * min(look.size, 5) / 5)


RULED_OUT = -4.0
_MEASURED = frozenset({"SALARY", "COORDINATES", "LAB_RESULT", "AGE", "BIOMETRIC_DATA", "ICD_CODE"})


def _rules_out(kind: Against, info_type: str) -> bool:
    """Whether what values are leaves no room for a type that only fits them."""
    if kind.kind in ("uuid", "digest"):
        return info_type not in _OPAQUE
    if kind.kind == "decimal":
        return info_type not in _MEASURED
    if kind.kind == "code":
        return info_type in ("PASSWORD", "USERNAME")
    return kind.kind in ("timestamp", "path", "epoch", "version") and not (kind.kind == "version" and info_type in _MEASURED)


_OPAQUE = frozenset("DEVICE_ID SESSION_ID API_TOKEN PASSWORD_HASH BIOMETRIC_DATA".split())
_ALSO_BY_FIT = frozenset(
    "API_TOKEN PASSWORD_HASH BLOOD_TYPE COORDINATES GENETIC_DATA ICD_CODE SNOMED_CODE SOCIAL_HANDLE NDC IMEI US_ROUTING_NUMBER PHONE BIOMETRIC_DATA".split()
)


def _reweighed(values: ValueEvidence, weight: float) -> ValueEvidence:
    import msgspec

    return msgspec.structs.replace(values, weight=round(weight, 2))


def _state(candidate: _Candidate, look: Look) -> State:
    confidence = confidence_of(candidate.log_odds)
    flow = candidate.lineage.weight if candidate.lineage else 0.0
    name = candidate.name.weight if candidate.name else 0.0
    if confidence >= LABELLED_FROM and (candidate.value_weight >= VALUES_SUPPORT_FROM or flow >= VALUES_SUPPORT_FROM):
        return "labelled"
    taught = candidate.learned.weight if candidate.learned else 0.0
    if confidence >= SUSPECTED_FROM or (
        (name >= NAME_SUSPECTS_FROM or taught >= LEARNED_SUSPECTS_FROM) and candidate.value_weight > BY_FORM_OR_NAME
    ):
        return "suspected"
    return "abstain" if confidence >= CLEAR_BELOW or not _enough(look) else "clear"


def _enough(look: Look) -> bool:
    """Whether there are values enough to say that they are nothing: several, or few that many rows repeat."""
    return look.size >= ENOUGH_VALUES or (look.size == 2 and look.rows - look.nulls >= REPEATED)


def _further(candidate: _Candidate, state: State, kinds: Sequence[Against]) -> Further:
    return Further(
        info_type=candidate.info_type,
        category=INFO_TYPES[candidate.info_type].category,
        state=state,
        confidence=confidence_of(candidate.log_odds),
        evidence=_evidence(candidate, kinds),
    )


def _evidence(candidate: _Candidate | None, kinds: Sequence[Against]) -> Evidence:
    harmless = tuple(kind.kind for kind in kinds)
    if candidate is None:
        return Evidence(prior=0.0, against=harmless)
    return Evidence(
        prior=round(INFO_TYPES[candidate.info_type].prior, 2),
        values=candidate.values,
        name=candidate.name,
        lineage=candidate.lineage,
        learned=candidate.learned,
        against=harmless,
        found_in=candidate.found_in,
    )


def _of_parts(sample: ColumnSample, look: Look, inside: Sequence[ColumnVerdict], gaps: tuple[ColumnGap, ...]) -> ColumnVerdict:
    """The verdict of a column of documents: that of its most telling part, the others beside it."""
    import msgspec

    told = [each for each in inside if each.info_type is not None]
    ranked = sorted(told, key=lambda each: (_RANK[each.state], -INFO_TYPES[each.info_type or ""].weight, -each.confidence, each.column))
    firsts: dict[str, ColumnVerdict] = {}
    for each in ranked:
        firsts.setdefault(each.info_type or "", each)
    chosen = ranked[0] if ranked else None
    further = tuple(
        Further(info_type=name, category=INFO_TYPES[name].category, state=each.state, confidence=each.confidence, evidence=each.evidence)
        for name, each in list(firsts.items())[1 : MOST_FURTHER + 1]
    )
    state: State = chosen.state if chosen else ("abstain" if not inside or any(each.state == "abstain" for each in inside) else "clear")
    return ColumnVerdict(
        column=sample.column,
        state=state,
        info_type=chosen.info_type if chosen else None,
        category=chosen.category if chosen else None,
        confidence=chosen.confidence if chosen else min((each.confidence for each in inside), default=0.5),
        evidence=msgspec.structs.replace(chosen.evidence, found_in="json")
        if chosen
        else Evidence(prior=0.0, against=("document",), found_in="json"),
        also=further,
        type=sample.type,
        rows=sample.rows,
        nulls=sample.nulls,
        distinct=look.distinct,
        gaps=gaps,
    )


def _gaps(sample: ColumnSample, look: Look) -> tuple[ColumnGap, ...]:
    found = []
    if sample.rows and not look.size:
        found.append(ColumnGap(code="COLUMN-EMPTY", count=sample.rows))
    elif not _enough(look):
        found.append(ColumnGap(code="TOO-FEW-VALUES", count=look.size))
    if sample.cut:
        found.append(ColumnGap(code="VALUES-CUT", count=sample.cut))
    if sample.unreadable:
        found.append(ColumnGap(code="VALUES-NOT-TEXT", count=sample.unreadable))
    if look.disguised > look.size // 20:
        found.append(ColumnGap(code="VALUES-DISGUISED", count=look.disguised))
    return tuple(found)
