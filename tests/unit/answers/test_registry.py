from __future__ import annotations

import msgspec
import pytest

from headwater.answers.registry import QUESTIONS, answer
from headwater.answers.sight import Sight
from headwater.model.deliveries import DeliverySeen
from headwater.model.errors import UsageError
from headwater.model.facts import BatchLoaded, DatasetScanned, DeliveryJudged, LakeAdded, VersionCommitted
from headwater.model.ids import ColumnId, RunId
from headwater.model.lakes import DatasetName, VersionSeen
from headwater.model.loads import LoadedBatch
from headwater.model.questions import FindingsQuestion, GroupsQuestion, Question, RowsQuestion
from headwater.model.sensitivity.documents import Expectation
from headwater.model.sensitivity.facts import DatasetClassified, ExpectationsDeclared, LabelDecided, MaskingApproved
from headwater.model.sensitivity.labels import Level
from headwater.model.times import Instant
from headwater.projections.views import Views
from tests.sensitivity.telling import verdict
from tests.unit.telling import LAKE, ZERO, Telling, dataset, job

NOON = "2026-01-01T12:00:00Z"
ASKED = {"lineage": {"node": "t"}, "impact": {"node": "a"}, "catalog-search": {"text": "t"}, "catalog-show": {"node": "t"}}


def test_every_question_is_answered_under_its_name_and_has_the_same_frame() -> None:
    told = Telling()
    told.run("load", reads=["a"], writes=["t"])
    stray = VersionSeen(version="7", at="2026-01-02T00:00:00Z", operation="append", added_rows=1)
    watched = dataset("raw")
    told.schema("raw", "id")
    told.entry(
        LakeAdded(position=ZERO, at=Instant(0), lake="lake", kind="iceberg", namespace=LAKE, location="here"),
        VersionCommitted(position=ZERO, at=Instant(9), dataset=watched, lake="lake", format="iceberg", not_before=None, seen=stray),
        DatasetScanned(
            position=ZERO,
            at=Instant(9),
            dataset=watched,
            lake="lake",
            format="iceberg",
            location="",
            cursor="7",
            current="7",
            partitioning=(),
            gone=(),
        ),
    )
    origin, by = dataset("feed://lab|labs"), job("labs")
    into = DatasetName(LAKE, "raw")
    loaded = LoadedBatch(
        headwater="batch/loaded",
        seen_at=NOON,
        source="labs",
        kind="feed",
        batch="b1",
        dataset=into,
        origin=DatasetName("feed://lab", "labs"),
        run="r",
        job=DatasetName("jobs", "labs"),
        started_at=NOON,
        ended_at=NOON,
        rows=1,
    )
    seen = DeliverySeen(
        headwater="feed/delivery",
        seen_at=NOON,
        source="labs",
        origin=loaded.origin,
        dataset=into,
        delivery="b1",
        verdict="good",
        delivered_at=NOON,
        batch="b1",
    )
    when = Instant(9)
    told.entry(
        BatchLoaded(
            position=ZERO,
            at=when,
            dataset=watched,
            origin=origin,
            run=RunId("r"),
            job=by,
            started=when,
            delivered=None,
            due=None,
            loaded=loaded,
        ),
        DeliveryJudged(position=ZERO, at=when, source="labs", origin=origin, dataset=watched, seen=seen),
    )
    told.entry(
        DatasetClassified(
            position=ZERO, at=when, dataset=watched, classifier="c-1", version="7", columns=(verdict("id", "EMAIL", "suspected"),)
        ),
        LabelDecided(
            position=ZERO, at=when, column=ColumnId(watched, "id"), info_type="PHONE", action="reject", reason="a number", by="local"
        ),
        MaskingApproved(position=ZERO, at=when, function="hmac", level=Level.PSEUDONYMOUS, namespaces=("*",), reason="keyed", by="local"),
        ExpectationsDeclared(position=ZERO, at=when, namespace=LAKE, origin="e.toml", expectations=(Expectation(name="all"),), by="local"),
        LabelDecided(
            position=ZERO,
            at=when,
            column=ColumnId(watched, "id"),
            info_type="EMAIL",
            action="set",
            reason="seen",
            by="local",
            level=Level.DIRECT,
        ),
    )
    finding, *_ = told.ask(FindingsQuestion()).result.findings
    asked = {
        **ASKED,
        "finding-show": {"finding": finding.id},
        "lake-history": {"node": "raw"},
        "lake-schema": {"node": "raw"},
        "lake-timeline": {"node": "raw"},
        "lake-state": {"lake": "lake"},
        "batch-list": {"node": "raw"},
        "delivery-list": {"source": "labs"},
        "label-decisions": {"node": "raw.id"},
        "classification-state": {"namespace": LAKE, "classifier": "c-1"},
    }
    for name, kind in QUESTIONS.items():
        if name in (RowsQuestion.name, GroupsQuestion.name):
            continue  # because rows are in lakes, and views alone cannot follow them
        found = told.ask(msgspec.convert(asked.get(name, {}), kind))
        assert (found.question, found.as_of, found.known_at) == (name, "latest", told.views.known_at)
        assert found.found
        assert msgspec.json.decode(msgspec.json.encode(found))["question"] == name


@pytest.mark.parametrize("question", [RowsQuestion(node="raw"), GroupsQuestion(node="raw")])
def test_rows_are_not_read_from_views_alone(question: Question) -> None:
    with pytest.raises(UsageError, match="home"):
        answer(Views(), question, Sight(("*",)), 0)


def test_a_question_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="lineage"):
        answer(Views(), Question(), Sight(("*",)), 0)
