"""Reading expectations: what a file declares, and faults that say in which line and field, never what stands there."""

from __future__ import annotations

import pytest

from headwater.capture.sensitivity.expectations import BadExpectations, read_expectations
from headwater.model.sensitivity.documents import Allowance, DeclaredExpectations, Expectation

FILE = """namespace = "headwater://clinic"

[[expect]]
name = "partners"
dataset = "public.*"
owner = "data protection"
allow = [{ level = "quasi", categories = ["PII"] }]

[[expect]]
name = "training"
dataset = "features.*"
kind = "training"
columns = ["age", "bmi"]
[[expect.allow]]
level = "pseudonymous"
info_types = ["EMAIL"]
purposes = ["research"]
[[expect.allow]]
level = "none"
inferred = false
"""


def read(text: str) -> DeclaredExpectations:
    return read_expectations(text, file="e.toml", origin="e.toml", seen_at="2026-11-01T12:00:00Z")


def fault(text: str) -> str:
    with pytest.raises(BadExpectations) as caught:
        read(text)
    return caught.value.problem


def test_a_file_declares_what_it_says() -> None:
    told = read(FILE)
    assert (told.namespace, told.origin) == ("headwater://clinic", "e.toml")
    assert told.expectations == (
        Expectation(
            name="partners",
            namespace="headwater://clinic",
            dataset="public.*",
            owner="data protection",
            allow=(Allowance(level="quasi", categories=("PII",)),),
        ),
        Expectation(
            name="training",
            namespace="headwater://clinic",
            dataset="features.*",
            kind="training",
            columns=("age", "bmi"),
            allow=(
                Allowance(level="pseudonymous", info_types=("EMAIL",), purposes=("research",)),
                Allowance(level="none", inferred=False),
            ),
        ),
    )


def test_an_expectation_may_be_of_another_namespace_than_the_file() -> None:
    told = read(FILE.replace('dataset = "public.*"', 'dataset = "public.*"\nnamespace = "s3://exports"'))
    assert told.expectations[0].namespace == "s3://exports"


@pytest.mark.parametrize("said", ["EMIAL", "email", "e-mail"])
def test_an_info_type_that_is_none_is_told_with_the_nearest(said: str) -> None:
    told = fault(FILE.replace('["EMAIL"]', f'["PHONE", "{said}"]'))
    assert "expected an info type of the catalogue (docs/reference/info-types.md), perhaps `EMAIL`, got another" in told
    assert told.startswith("cannot read expectations `e.toml`, line 16, field `expect[2].allow[1].info_types[2]`")


def test_a_file_may_declare_nothing_any_more() -> None:
    assert read('namespace = "lake"').expectations == ()


@pytest.mark.parametrize(
    ("before", "after", "line", "field"),
    [
        ('level = "pseudonymous"', 'level = "secret-level"', 15, "expect[2].allow[1].level"),
        ('level = "none"', "level = 7", 19, "expect[2].allow[2].level"),
        ('level = "quasi", ', "", 7, "expect[1].allow[1].level"),
        ('kind = "training"', 'kind = "secret-kind"', 12, "expect[2].kind"),
        ('kind = "training"', 'kinds = "secret-kind"', 12, "expect[2].kinds"),
        ('name = "training"', "", 9, "expect[2].name"),
        ('name = "training"', 'name = "partners"', 10, "expect[2].name"),
        ('name = "training"', 'name = ""', 10, "expect[2].name"),
        ('owner = "data protection"', "owner = 5", 6, "expect[1].owner"),
        ('["EMAIL"]', '["SECRET_TYPE"]', 16, "expect[2].allow[1].info_types[1]"),
        ('["PII"]', '["SECRET_CATEGORY"]', 7, "expect[1].allow[1].categories[1]"),
        ('["age", "bmi"]', '"secret-column"', 13, "expect[2].columns"),
        ("inferred = false", 'inferred = "secret"', 20, "expect[2].allow[2].inferred"),
        ('namespace = "headwater://clinic"', "", 1, "namespace"),
        ('namespace = "headwater://clinic"', 'namespace = "a"\nsecret_key = 1', 2, "secret_key"),
        ("inferred = false", "inferred = false\n[other]\na = 1", 21, "other"),
    ],
)
def test_a_fault_names_line_and_field_and_no_value(before: str, after: str, line: int, field: str) -> None:
    problem = fault(FILE.replace(before, after))
    assert problem.startswith(f"cannot read expectations `e.toml`, line {line}, field `{field}`: expected ")
    assert not {"secret-level", "secret-kind", "secret-column", "SECRET_TYPE", "SECRET_CATEGORY"} & set(problem.replace("`", " ").split())


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ('namespace = "headwater://clinic"', 'the namespace of the datasets, such as `namespace = "headwater://clinic"`'),
        ('name = "training"', "a name for the expectation"),
        ('level = "pseudonymous"', "one of none, aggregate, quasi, pseudonymous or direct"),
    ],
)
def test_what_is_missing_is_told(before: str, said: str) -> None:
    assert fault(FILE.replace(before, "")).endswith(f"expected {said}, got nothing")


@pytest.mark.parametrize("named", ['categories = ["SECRET"]', 'info_types = ["EMAIL", "API_TOKEN"]'])
def test_nobody_can_allow_secrets_as_they_are(named: str) -> None:
    text = FILE.replace('level = "quasi", categories = ["PII"]', f'level = "direct", {named}')
    assert "line 7, field `expect[1].allow[1].level`: expected at most `pseudonymous` of secrets" in fault(text)
    assert read(text.replace("direct", "pseudonymous")).expectations[0].allow[0].level == "pseudonymous"


def test_a_text_that_is_no_toml_is_told_with_its_line() -> None:
    assert "line 2" in fault('namespace = "a"\n[[expect\n')


@pytest.mark.parametrize(
    "text", ["x = " + "[" * 5000, "#" + "x" * 1_100_000, "expect = 3\nnamespace = 'a'"], ids=["deep", "large", "no list"]
)
def test_a_text_that_is_too_much_or_of_another_form_is_refused(text: str) -> None:
    assert fault(text).startswith("cannot read expectations `e.toml`")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("used_for = []", "field `expect[1].used_for`: expected at least one purpose, or no such field, got none"),
        ('used_for = ["care "]', "field `expect[1].used_for[1]`: expected a purpose without spaces around it"),
        ('allow = [{ level = "direct", purposes = [] }]', "field `expect[1].allow[1].purposes`: expected at least one purpose"),
        (
            'allow = [{ level = "direct", purposes = [" care"] }]',
            "field `expect[1].allow[1].purposes[1]`: expected a purpose without spaces",
        ),
    ],
)
def test_purposes_that_say_nothing_or_stand_askew_are_refused(said: str, words: str) -> None:
    assert words in fault(f'namespace = "headwater://clinic"\n[[expect]]\nname = "wards"\n{said}\n')
