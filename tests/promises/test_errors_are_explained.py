"""Every code that can be printed has a paragraph, and every paragraph a code that can be printed."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

from headwater.capture.sql import reasons
from headwater.cli.explain import UnknownCode, explain, explanations
from headwater.model.errors import HeadwaterError
from tests.promises.tree import ROOT, every_subclass

ERRORS = sorted(every_subclass(HeadwaterError), key=lambda error: error.__name__)
CODES = {HeadwaterError.code} | {error.code for error in ERRORS}
MODULES = sorted((ROOT / "headwater").rglob("*.py"))
NOT_CODES = frozenset({"UTF-8", "AES-GCM", "SHA-256"})
WRITTEN_CODE = re.compile(r"[A-Z]{2,}(-[A-Z]{2,})+")
CODE_FORM = re.compile(r"[A-Z]+(-[A-Z]+)*")


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_has_a_paragraph_that_explain_prints(code: str) -> None:
    printed = explain(code)
    assert printed.startswith(f"{code}\n\n")
    assert len(printed.split()) > 15


@pytest.mark.parametrize("error", ERRORS, ids=[error.__name__ for error in ERRORS])
def test_an_error_says_what_it_is_and_has_a_well_formed_code(error: type[HeadwaterError]) -> None:
    assert CODE_FORM.fullmatch(error.code)
    assert "code" in vars(error), "an error without a code of its own cannot be told from its parent"
    assert inspect.getdoc(error) != inspect.getdoc(error.__base__ or HeadwaterError)
    assert error.exit_code in {2, 3}


def test_an_unknown_code_names_the_nearest_one() -> None:
    with pytest.raises(UnknownCode) as caught:
        explain("ledger-tamperd")
    assert caught.value.next_step == "headwater explain LEDGER-TAMPERED"


def test_every_paragraph_keeps_one_sentence_per_line() -> None:
    crowded = [line for text in explanations().values() for line in text.splitlines() if re.search(r"[a-z]\. [A-Z]", line)]
    assert crowded == []


@pytest.mark.parametrize("reason", sorted(reasons.CODES))
def test_a_reason_for_an_incomplete_statement_has_a_paragraph(reason: str) -> None:
    assert explain(reason).startswith(f"{reason}\n\n")


@pytest.mark.parametrize("reason", sorted(reasons.CODES))
def test_a_partial_statement_says_what_to_do_for_each_reason(reason: str) -> None:
    assert f"`{reason}`" in explanations()["STATEMENT-PARTIAL"]


def codes_written_in(path: Path) -> set[str]:
    """Every text in a module that has the form of a code."""
    texts = (node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and WRITTEN_CODE.fullmatch(text)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_code_in_the_text_of_a_module_has_a_paragraph(path: Path) -> None:
    assert codes_written_in(path) - set(explanations()) - NOT_CODES == set()


def test_no_paragraph_outlives_its_code() -> None:
    composed = {"STATEMENT-FAILED", "STATEMENT-PARTIAL"}
    written = {code for path in MODULES for code in codes_written_in(path)} | CODES | composed
    capital = {code for code in explanations() if code.isupper()}
    assert capital - written == set()
