"""A lake is classified, people judge what was found, and neither a restart nor a rebuild from the ledger changes any answer."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from headwater.model.questions import LabelDecisionsQuestion, LabelReviewQuestion, MaskingQuestion
from headwater.projections.sensitivity.seeds import Seeds
from headwater.sdk.local import LocalClient
from tests.unit.cli.calling import headwater

MEMBERS = pa.table(
    {
        "mail": [f"u{n}@example.org" for n in range(300)],
        "contact": [f"u{n % 40}@example.org" if n % 3 else f"room {n}" for n in range(300)],
        "email_opt_in": [n % 2 == 0 for n in range(300)],
        "nickname": [f"n{n * 7919 % 10_007}" for n in range(300)],
    }
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "warehouse").mkdir()
    warehouse, catalog = f"file://{tmp_path}/warehouse", f"sqlite:///{tmp_path}/catalog.db"
    lake = SqlCatalog("ice", uri=catalog, warehouse=warehouse)
    lake.create_namespace("crm")
    lake.create_table("crm.members", schema=MEMBERS.schema).append(MEMBERS)
    lake.close()
    for words in (("add", "ice", catalog, "--property", f"warehouse={warehouse}"), ("scan", "ice")):
        assert headwater("lake", *words, "--home", tmp_path / "home").code == 0
    return tmp_path / "home"


def told(home: Path, *, rebuilt: bool = False) -> tuple[list[bytes], Seeds, list[Seeds]]:
    with LocalClient.open(home, create=False) as client:
        client.wait()
        if rebuilt:
            client._headwater.follower.rebuild()
        last = client._headwater.ledger.size - 1
        asked = (
            LabelReviewQuestion(known_at=last),
            LabelDecisionsQuestion(node="members.mail", known_at=last),
            MaskingQuestion(known_at=last),
        )
        answers = [msgspec.json.encode(client.ask(question)) for question in asked]
        with client._headwater.follower.reading() as views:
            return answers, views.seeding.seeds(None, None), [views.seeding.seeds(None, at) for at in range(last + 1)]  # type: ignore[arg-type]  # because a ledger's size is a plain number


def test_what_people_decided_stands_through_a_restart_and_a_rebuild(home: Path) -> None:
    found = headwater("classify", "--lake", "ice", "--home", home, "--json").json
    assert found["recorded"] == ["crm.members"]
    states = {each["column"]: (each["state"], each["info_type"]) for each in found["columns"]}
    assert states["mail"] == ("labelled", "EMAIL") and states["nickname"] == ("labelled", "USERNAME")
    said = ("--reason", "looked at with the owner", "--home", home)
    assert headwater("label", "confirm", "members.mail", "--type", "EMAIL", *said).code == 0
    assert headwater("label", "reject", "members.nickname", "--type", "USERNAME", *said).code == 0
    assert headwater("mask", "approve", "hmac_sha256", "--level", "pseudonymous", *said).code == 0
    first = told(home)
    witnesses = {(place.column, seed.info_type): seed.witnesses for place, seeds in first[1].columns.items() for seed in seeds}
    assert witnesses[("mail", "EMAIL")] in (("person",), ("values",), ("values", "names"))
    assert ("nickname", "USERNAME") not in witnesses
    assert told(home) == first
    assert told(home, rebuilt=True) == first
