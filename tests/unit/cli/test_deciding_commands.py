"""`label` and `mask` take what people decide, show what then stands, and refuse what cannot be decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headwater.sdk.local import LocalClient
from tests.lakes.telling import NAMESPACE, lake_added, version, versions
from tests.sensitivity.telling import classified, evidence, verdict
from tests.unit.cli.calling import Ended, headwater
from tests.unit.cli.events import STORE, pipeline


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a pipeline, and a lake's dataset that was classified."""
    weak = evidence(values=1.0)
    found = classified("people", verdict("mail"), verdict("nick", "USERNAME", "suspected", said=weak), verdict("n", None))
    with LocalClient.open(tmp_path / "home", create=True) as client:
        client.record(pipeline())
        client.record([lake_added(), versions("people", version("1", 50)), found])
    return tmp_path / "home"


def decide(home: Path, *words: str, reason: str = "asked the owner") -> Ended:
    return headwater(*words, "--reason", reason, "--home", home)


def decisions(ended: Ended) -> dict[str, list[tuple[str, str | None]]]:
    told: dict[str, Any] = ended.json["result"]["decisions"]
    return {info_type: [(each["action"], each["level"]) for each in several] for info_type, several in told.items()}


def test_what_waits_is_listed_until_somebody_decides(home: Path) -> None:
    ended = headwater("label", "review", "--home", home)
    assert ended.code == 1
    for word in ("people.nick", "suspected", "USERNAME", "headwater label confirm|reject"):
        assert word in ended.out
    assert decide(home, "label", "reject", "people:nick", "--type", "username").code == 0
    ended = headwater("label", "review", "--home", home)
    assert (ended.code, "nothing waits for review" in ended.out, "0%" in ended.out) == (4, True, True)
    assert "DATASET-NOT-CLASSIFIED" in ended.out
    assert headwater("label", "review", "people", "--type", "EMAIL", "--home", home).code == 0


def test_decisions_follow_each_other_and_are_shown_newest_first(home: Path) -> None:
    for action in ("confirm", "reject", "withdraw"):
        assert decide(home, "label", action, "people:mail", "--type", "EMAIL").code == 0
    ended = decide(home, "label", "set", "people:mail", "--type", "EMAIL", "--level", "Quasi", "--json")
    assert decisions(ended) == {"EMAIL": [("set", "quasi"), ("withdraw", None), ("reject", None), ("confirm", None)]}
    assert ended.json["result"]["node"] == f"datasetField:{NAMESPACE}:people:mail"


def test_a_lowering_binds_itself_to_what_leads_into_the_column_and_prints_it(home: Path) -> None:
    assert decide(home, "label", "set", "orders.amount", "--type", "SALARY", "--level", "quasi").code == 0
    words = ("label", "lower", f"datasetField:{STORE}:revenue:total", "--type", "SALARY", "--level", "aggregate")
    ended = decide(home, *words, "--expires", "30d", "--json")
    [decision] = ended.json["result"]["decisions"]["SALARY"]
    assert decision["fingerprints"] == sorted(
        {each["fingerprint"] for each in ended.json["result"]["derivations"] if each["lowers"]}, key=decision["fingerprints"].index
    )
    assert decision["fingerprints"] and decision["expires"] and decision["holds"]
    shown = decide(home, *words).out
    assert decision["fingerprints"][0][:12] in shown and "bound to what leads into it" in shown and "yes" in shown


def test_masking_functions_are_approved_listed_and_withdrawn(home: Path) -> None:
    listed = headwater("mask", "list", "--home", home).out
    for words in ("cannot be guessed at most pseudonymous", "a truncation leaves at most quasi", "everything passes through any other"):
        assert words in listed
    assert decide(home, "mask", "approve", "Crypto.HMAC_SHA256", "--level", "pseudonymous", "--namespace", "jobs-*").code == 0
    ended = headwater("mask", "list", "--home", home, "--json")
    [approval] = ended.json["result"]["approvals"]
    assert (approval["function"], approval["level"], approval["namespace"]) == ("hmac_sha256", "pseudonymous", "jobs-*")
    assert "hmac_sha256" in headwater("mask", "list", "--home", home).out
    assert "nothing" not in decide(home, "mask", "withdraw", "hmac_sha256").out
    assert headwater("mask", "list", "--home", home, "--json").json["total"] == {"approvals": 0}


FAULTS: dict[str, tuple[tuple[str, ...], str]] = {
    "no such type": (("label", "confirm", "people:mail", "--type", "SHOE_SIZE"), "info type of the catalogue"),
    "no such level": (("label", "set", "people:mail", "--type", "EMAIL", "--level", "some"), "level `some`"),
    "a level that sets nothing": (("label", "set", "people:mail", "--type", "EMAIL", "--level", "none"), "level `none`"),
    "no such column": (("label", "confirm", "people:shoe", "--type", "EMAIL"), "cannot find"),
    "a dataset": (("label", "confirm", "people", "--type", "EMAIL"), "expected a column"),
    "nothing to lower": (
        ("label", "lower", "people:mail", "--type", "EMAIL", "--level", "none"),
        "derivations that carry values into it",
    ),
    "nothing of it to lower": (
        ("label", "lower", f"datasetField:{STORE}:revenue:total", "--type", "EMAIL", "--level", "none"),
        "expected some of it to arrive by lineage",
    ),
    "what nobody found": (("label", "confirm", "people:n", "--type", "EMAIL"), "expected it to be found, suspected or brought by lineage"),
    "nothing decided": (("label", "withdraw", "people:mail", "--type", "EMAIL"), "expected a decision in force"),
    "an end that has passed": (
        ("label", "lower", f"datasetField:{STORE}:revenue:total", "--type", "SALARY", "--level", "none", "--expires", "2001-01-01"),
        "an end in the future",
    ),
    "an end that is none": (("mask", "approve", "hmac", "--level", "none", "--expires", "soon"), "a duration such as 30d"),
    "an approval of everything": (("mask", "approve", "hmac", "--level", "direct"), "for level `direct`: expected one of `none`"),
    "an approval for a level that is none": (
        ("mask", "approve", "f", "--level", "pseudo"),
        "cannot approve `f` for level `pseudo`: expected one of `none`, `aggregate`, `quasi`, `pseudonymous`",
    ),
    "a level that is none": (
        ("label", "set", "people:mail", "--type", "EMAIL", "--level", "high"),
        "cannot set a label to level `high`: expected one of `aggregate`, `quasi`, `pseudonymous`, `direct`",
    ),
    "a lowering to everything": (
        ("label", "lower", f"datasetField:{STORE}:revenue:total", "--type", "SALARY", "--level", "direct"),
        "cannot lower a label to level `direct`: expected one of `none`, `aggregate`, `quasi`, `pseudonymous`",
    ),
    "an approval that is not there": (("mask", "withdraw", "hmac"), "expected one in force"),
}


@pytest.mark.parametrize("words", [("label", "show"), ("label", "review"), ("label", "confirm", "people:mail", "--reason", "asked")])
def test_a_type_that_is_none_is_refused_with_the_nearest_and_where_all_are_listed(home: Path, words: tuple[str, ...]) -> None:
    near = headwater(*words, "--type", "e-mial", "--home", home)
    assert (near.code, near.fault[1]) == (2, "did you mean `EMAIL`?")
    assert "an info type of the catalogue (docs/reference/info-types.md)" in near.fault[0]
    assert headwater(*words, "--type", "SHOE_SIZE", "--home", home).fault[1] == "choose one of docs/reference/info-types.md"


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_decided_is_refused_and_nothing_recorded(home: Path, fault: str) -> None:
    words, said = FAULTS[fault]
    assert decide(home, "label", "set", "orders.amount", "--type", "SALARY", "--level", "quasi").code == 0
    before = headwater("status", "--home", home, "--json").json["result"]["ledger_size"]
    ended = decide(home, *words)
    assert ended.code == 2
    assert said in ended.fault[0]
    assert headwater("status", "--home", home, "--json").json["result"]["ledger_size"] == before


def test_only_what_was_found_suspected_set_or_brought_can_be_confirmed(home: Path) -> None:
    for column, info_type in (("people:mail", "EMAIL"), ("people:nick", "USERNAME")):
        assert decide(home, "label", "confirm", column, "--type", info_type).code == 0
    assert decide(home, "label", "reject", "people:nick", "--type", "USERNAME").code == 0
    assert decide(home, "label", "confirm", "people:nick", "--type", "USERNAME").code == 0
    assert decide(home, "label", "set", "orders.amount", "--type", "SALARY", "--level", "quasi").code == 0
    assert decide(home, "label", "confirm", f"datasetField:{STORE}:revenue:total", "--type", "SALARY").code == 0
    for column in (f"datasetField:{STORE}:revenue:country", "customers.id"):
        ended = decide(home, "label", "confirm", column, "--type", "SALARY")
        assert ended.code == 2 and f"headwater label set {ended.fault[0].split('`')[1]} --type SALARY" in ended.fault[1]


def test_what_only_had_an_influence_cannot_be_lowered(home: Path) -> None:
    assert decide(home, "label", "set", "customers.id", "--type", "NATIONAL_ID", "--level", "direct").code == 0
    words = ("label", "lower", f"datasetField:{STORE}:revenue:total", "--type", "NATIONAL_ID", "--level", "none")
    ended = decide(home, *words)
    assert (ended.code, "got none or an influence alone" in ended.fault[0]) == (2, True)


def test_a_lowering_can_be_taken_up_again_and_says_what_it_is_in_the_way(home: Path) -> None:
    assert decide(home, "label", "set", "orders.amount", "--type", "SALARY", "--level", "quasi").code == 0
    words = ("label", "lower", f"datasetField:{STORE}:revenue:total", "--type", "SALARY", "--level", "aggregate")
    assert [decide(home, *words).code for _ in range(2)] == [0, 0]
    shown = headwater("label", "show", f"datasetField:{STORE}:revenue:total", "--home", home).out
    assert "; a person decided that at most aggregate of it passes, as long as its source holds no more than quasi" in shown
    assert decide(home, "label", "withdraw", f"datasetField:{STORE}:revenue:total", "--type", "SALARY").code == 0
    assert decide(home, "label", "withdraw", f"datasetField:{STORE}:revenue:total", "--type", "SALARY").code == 2


def test_a_namespace_that_all_labels_share_is_said_once(home: Path) -> None:
    lines = headwater("label", "show", "--home", home, "--allow-gaps").out.splitlines()
    assert lines[0] == f"namespace {NAMESPACE}" and "namespace" not in lines[1]
    assert not any(NAMESPACE in line for line in lines[1:4])
    assert decide(home, "label", "set", "orders.amount", "--type", "SALARY", "--level", "quasi").code == 0
    shown = headwater("label", "show", "--home", home, "--allow-gaps").out
    assert shown.splitlines()[0].split()[-1] == "namespace" and all(name in shown for name in (NAMESPACE, STORE))


def test_a_decision_needs_a_reason(home: Path) -> None:
    ended = decide(home, "label", "confirm", "people:mail", "--type", "EMAIL", reason=" ")
    assert (ended.code, "expected a reason" in ended.fault[0]) == (2, True)
