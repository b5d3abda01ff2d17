"""Documents of sensitivity, made with few words; times are minutes after a fixed noon."""

from __future__ import annotations

from typing import Any

from headwater.capture.documents import encode
from headwater.model.entries import (
    CLOCK_PASSED,
    DATASET_CLASSIFIED,
    DATASET_GROUPED,
    HUMAN_EXPECTATIONS,
    HUMAN_LABEL,
    HUMAN_MASKING,
)
from headwater.model.lakes import DatasetName, ScanGap
from headwater.model.sensitivity.classification import (
    ColumnVerdict,
    Evidence,
    Further,
    LineageEvidence,
    NameEvidence,
    State,
    ValueEvidence,
)
from headwater.model.sensitivity.documents import (
    ClassifiedDataset,
    DeadlinePassed,
    DeclaredExpectations,
    Expectation,
    LabelAction,
    LabelDecision,
    LevelWord,
    MaskingApproval,
    MeasuredGroups,
)
from headwater.model.sensitivity.info_types import INFO_TYPES
from tests.lakes.telling import NAMESPACE, at

CLASSIFIER = "headwater-classify-1"


def evidence(values: float | None = 6.0, name: float | None = 4.2, lineage: float | None = None) -> Evidence:
    """Witnesses by their weights; None for one that is silent."""
    return Evidence(
        prior=-4.6,
        values=ValueEvidence(method="form", tested=100, matched=99, weight=values) if values is not None else None,
        name=NameEvidence(words=("mail",), weight=name) if name is not None else None,
        lineage=LineageEvidence(info_type="EMAIL", source="dataset:n:t", weight=lineage) if lineage is not None else None,
    )


def verdict(
    column: str, info_type: str | None = "EMAIL", state: State = "labelled", *, said: Evidence | None = None, also: tuple[Further, ...] = ()
) -> ColumnVerdict:
    """What was found in a column."""
    return ColumnVerdict(
        column=column,
        state=state if info_type is not None else "clear",
        info_type=info_type,
        category=INFO_TYPES[info_type].category if info_type is not None else None,
        confidence=0.9,
        evidence=said if said is not None else evidence(),
        also=also,
    )


def further(info_type: str, state: State = "labelled") -> Further:
    """Another type that was found in a column."""
    return Further(info_type=info_type, category=INFO_TYPES[info_type].category, state=state, confidence=0.8, evidence=evidence())


def classified(
    name: str,
    *columns: ColumnVerdict,
    version: str = "1",
    minutes: float = 100,
    classifier: str = CLASSIFIER,
    whole: bool = True,
    namespace: str = NAMESPACE,
    gaps: tuple[ScanGap, ...] = (),
) -> bytes:
    """A classifier looked at a dataset."""
    return encode(
        ClassifiedDataset(
            headwater=DATASET_CLASSIFIED,
            seen_at=at(minutes),
            dataset=DatasetName(namespace, name),
            classifier=classifier,
            columns=columns,
            version=version,
            whole=whole,
            gaps=gaps,
        )
    )


def grouped(name: str, smallest: int, *, fingerprint: str = "f1", version: str = "1", minutes: float = 100) -> bytes:
    """The smallest group of an aggregation was counted."""
    return encode(
        MeasuredGroups(
            headwater=DATASET_GROUPED,
            seen_at=at(minutes),
            dataset=DatasetName(NAMESPACE, name),
            fingerprint=fingerprint,
            smallest=smallest,
            version=version,
        )
    )


def labelled(
    name: str,
    column: str,
    action: LabelAction,
    info_type: str = "EMAIL",
    *,
    level: LevelWord | None = None,
    fingerprints: tuple[str, ...] = (),
    expires: str = "",
    reason: str = "asked the owner",
    namespace: str = NAMESPACE,
    minutes: float = 2000,
) -> bytes:
    """A person's decision on a label."""
    return encode(
        LabelDecision(
            headwater=HUMAN_LABEL,
            seen_at=at(minutes),
            dataset=DatasetName(namespace, name),
            column=column,
            info_type=info_type,
            action=action,
            reason=reason,
            level=level,
            fingerprints=fingerprints,
            expires=expires,
        )
    )


def approved(
    function: str, level: LevelWord = "pseudonymous", *, namespaces: tuple[str, ...] = ("*",), expires: str = "", minutes: float = 2000
) -> bytes:
    """A person's approval of a masking function."""
    return encode(
        MaskingApproval(
            headwater=HUMAN_MASKING,
            seen_at=at(minutes),
            function=function,
            level=level,
            reason="the key is kept apart",
            namespaces=namespaces,
            expires=expires,
        )
    )


def expected(*expectations: Expectation, namespace: str = NAMESPACE, origin: str = "api", minutes: float = 2000) -> bytes:
    """What an origin expects of places."""
    return encode(
        DeclaredExpectations(
            headwater=HUMAN_EXPECTATIONS, seen_at=at(minutes), namespace=namespace, origin=origin, expectations=expectations
        )
    )


def passed(entry: int, minutes: float = 3000) -> bytes:
    """A moment has come at which a decision ends."""
    return encode(DeadlinePassed(headwater=CLOCK_PASSED, seen_at=at(minutes), entry=entry, passed_at=at(minutes)))


def changed(document: bytes, **members: Any) -> bytes:
    """A document with other members at its top."""
    import json

    told = {**json.loads(document), **members}
    return json.dumps({name: value for name, value in told.items() if value is not ...}, separators=(",", ":")).encode()
