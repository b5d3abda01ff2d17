"""What a column is said to hold, and when that stays open."""

from __future__ import annotations

import msgspec
import pytest

from headwater.capture.classify import classify
from headwater.model.sensitivity.classification import ColumnSample, LineageEvidence
from tests.unit.capture.classify.samples import column, digits, drawn, nhs_number, part_number, ssn, told, verdict, with_luhn


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (drawn(ssn), "US_SSN"),
        (drawn(with_luhn("4", 16)), "CREDIT_CARD"),
        (drawn(nhs_number), "UK_NHS_NUMBER"),
        (drawn(lambda r: f"{r.choice('abcdef')}{r.randint(1, 9999)}@example.org"), "EMAIL"),
        (drawn(lambda r: ".".join(str(r.randint(1, 254)) for _ in range(4))), "IP_ADDRESS"),
        (drawn(lambda r: "ghp_" + "".join(r.choices("abcdefghijKLMNOP0123456789", k=36))), "API_TOKEN"),
        (drawn(lambda r: "AKIA" + "".join(r.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))), "API_TOKEN"),
        (drawn(lambda r: f"postgresql://app:{r.randint(1000, 9999)}x@db{r.randint(1, 9)}/prod"), "CONNECTION_STRING"),
        (
            drawn(lambda r: r.choice(["James", "Mary", "Anna", "Hans", "Eva"]) + " " + r.choice(["Smith", "Müller", "Novak", "Rossi"])),
            "PERSON_NAME",
        ),
        (["Berlin", "Hamburg", "Paris", "Lyon", "Madrid", "Porto", "Kraków"], "CITY"),
        (["山田太郎", "佐藤花子", "鈴木健一", "高橋美咲", "田中翔太"], "PERSON_NAME"),
        (["김민준", "이서연", "박지훈", "최수빈", "정예은"], "PERSON_NAME"),
        (["Иван Петров", "Анна Смирнова", "Сергей Иванов", "Ольга Козлова"], "PERSON_NAME"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_values_alone_are_enough_where_they_have_a_form_a_check_or_a_list(values: list[str], expected: str) -> None:
    assert told(values) == ("labelled", expected)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("part_no", drawn(part_number)),
        ("customer_ref", drawn(digits(10))),
        ("order_no", [str(4_000_000_000_000_000 + step) for step in range(200)]),
        ("created", [str(1_700_000_000 + step * 977) for step in range(200)]),
        ("build", drawn(lambda r: ".".join(str(r.randint(0, 30)) for _ in range(4)))),
        ("digest", drawn(lambda r: "".join(r.choices("0123456789abcdef", k=64)))),
        ("request", drawn(lambda r: "-".join("".join(r.choices("0123456789abcdef", k=k)) for k in (8, 4, 4, 4, 12)))),
        ("level", ["DEBUG", "INFO", "WARNING", "ERROR"]),
        ("price", drawn(lambda r: f"{r.uniform(1, 900):.2f}")),
        ("ordered_at", drawn(lambda r: f"2024-{r.randint(1, 12):02}-{r.randint(1, 28):02}")),
    ],
)
def test_what_only_looks_like_it_is_clear(name: str, values: list[str]) -> None:
    assert told(values, name) == ("clear", None)


@pytest.mark.parametrize("name", ["email", "ssn", "credit_card_number", "first_name", "iban", "date_of_birth", "ip_address"])
def test_a_name_alone_never_labels(name: str) -> None:
    for values in (drawn(part_number), drawn(digits(10)), ["gold", "silver", "bronze", "basic"], []):
        assert verdict(values, name).state != "labelled"


def test_a_name_without_values_is_a_suspicion() -> None:
    found = classify(ColumnSample("passport_number", "VARCHAR", 900, 900, 0, ()))[0]
    assert (found.state, found.info_type) == ("suspected", "PASSPORT")
    assert [gap.code for gap in found.gaps] == ["COLUMN-EMPTY"]


def test_lineage_is_a_witness_of_its_own() -> None:
    values = drawn(digits(10))
    flow = LineageEvidence(info_type="MEDICAL_RECORD_NUMBER", source="clinic.patients.mrn", weight=6.0)
    found = classify(column(values, "ref"), [flow])[0]
    assert (found.state, found.info_type) == ("labelled", "MEDICAL_RECORD_NUMBER")
    assert found.evidence.lineage == flow


def test_evidence_tells_passes_from_chance() -> None:
    values = verdict(drawn(with_luhn("4", 16))).evidence.values
    assert values is not None
    assert (values.passed, values.matched) == (len(set(drawn(with_luhn("4", 16)))),) * 2
    assert values.chance_ratio is not None
    assert values.chance_ratio < 0.2


def test_texts_are_looked_into() -> None:
    texts = ["Please call the customer back as soon as you can", "Sent the papers to maria@example.org on Monday"] * 3
    texts += [f"Customer {n} asked to use card 4111 1111 1111 1111 from now on" for n in range(5)]
    found = verdict(texts, "notes")
    assert found.state == "labelled"
    assert found.info_type == "CREDIT_CARD"
    assert found.evidence.found_in == "text"
    assert {other.info_type for other in found.also} >= {"EMAIL"}


def test_documents_are_columns_of_their_own() -> None:
    documents = [f'{{"user": {{"mail": "u{n}@example.org", "tags": ["a", "b"]}}, "n": {n}}}' for n in range(40)]
    found = {each.column: (each.state, each.info_type) for each in classify(column(documents, "payload"))}
    assert found["payload"] == ("labelled", "EMAIL")
    assert found["payload.user.mail"] == ("labelled", "EMAIL")
    assert found["payload.n"] == ("clear", None)


def test_malformed_documents_are_counted() -> None:
    documents = [f'{{"mail": "u{n}@example.org"}}' for n in range(40)] + ['{"mail": "u', "{oops}"]
    found = classify(column(documents, "payload"))[0]
    assert [(gap.code, gap.count) for gap in found.gaps] == [("DOCUMENT-MALFORMED", 2)]
    assert found.info_type == "EMAIL"


def test_keys_that_are_data_are_a_part_of_their_own() -> None:
    documents = [f'{{"u{n}@example.org": {n}}}' for n in range(80)]
    found = {each.column: each.info_type for each in classify(column(documents, "by_mail"))}
    assert found["by_mail{}"] == "EMAIL"
    assert not any("@" in name for name in found)


@pytest.mark.parametrize(
    "disguise",
    [
        lambda value: value.replace("-", "\u200b-"),
        lambda value: value.translate({ord(c): chr(ord(c) - 48 + 0xFF10) for c in "0123456789"}),
        lambda value: value.replace("-", "\u2011"),
        lambda value: value.translate({ord(c): chr(ord(c) - 48 + 0x0660) for c in "0123456789"}),
    ],
    ids=["zero-width", "full-width", "other dash", "arabic digits"],
)
def test_disguised_values_are_seen_through_and_told(disguise) -> None:  # type: ignore[no-untyped-def]  # because the parameters say what it is
    found = verdict([disguise(value) for value in drawn(ssn)])
    assert (found.state, found.info_type) == ("labelled", "US_SSN")
    assert "VALUES-DISGUISED" in [gap.code for gap in found.gaps]


def test_a_verdict_holds_no_value() -> None:
    values = drawn(ssn) + drawn(lambda r: f"u{r.randint(1, 99999)}@example.org")
    printed = msgspec.json.encode(classify(column(values, "mixed"))).decode()
    assert not [value for value in values if value in printed]


@pytest.mark.parametrize(
    "values", [[""], ["\x00"], ["a" * 3000], ["{"] * 3, ["[" * 5000 + "]" * 5000] * 3, ["NaN", "inf", "-0"], ["\ud800x"]]
)
def test_odd_values_are_no_trouble(values: list[str]) -> None:
    assert verdict(values).state in ("clear", "abstain", "suspected")
