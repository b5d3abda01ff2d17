"""Generated pages say what the code says, and every public name is in the glossary."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from docs.generate import attribute_notes, commands, pages, questions
from headwater.app.config import Config, Surface
from headwater.model import answers, facts
from headwater.model.sensitivity.info_types import INFO_TYPES, LISTED_IN
from tests.promises.tree import ROOT, every_subclass

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
PAGES = sorted(path for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "changelog.d").glob("*.md")])


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_generated_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages()[name], "run `make docs` and commit the result"


def test_every_info_type_is_listed_where_errors_point_to() -> None:
    listed = (ROOT / LISTED_IN).read_text(encoding="utf-8")
    assert [name for name in INFO_TYPES if f"| `{name}` |" not in listed] == []


@pytest.mark.parametrize("kind", [Surface, Config])
def test_every_setting_says_what_it_is(kind: type[Surface] | type[Config]) -> None:
    assert set(attribute_notes(kind)) == set(kind.__struct_fields__)


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_every_command_and_option_says_what_it_is(name: str, command: Any) -> None:
    assert command.help
    assert [parameter.name for parameter in command.params if not getattr(parameter, "help", None)] == [], name


def fact_tags() -> list[str]:
    return sorted(str(fact.__struct_config__.tag) for fact in every_subclass(facts.Fact))


@pytest.mark.parametrize("tag", fact_tags())
def test_a_fact_is_in_the_glossary(tag: str) -> None:
    assert f"`{tag}`" in GLOSSARY


def answer_names() -> list[str]:
    return sorted(name for name, value in vars(answers).items() if isinstance(value, type) and dataclasses.is_dataclass(value))


@pytest.mark.parametrize("name", answer_names())
def test_an_answer_is_in_the_glossary(name: str) -> None:
    assert f"`{name}`" in GLOSSARY


@pytest.mark.parametrize("question", [question.name for question in questions() if question.has_command])
def test_a_question_is_shown_somewhere_a_person_reads(question: str) -> None:
    command = "headwater " + question.replace("-", " ")
    written = [path for path in PAGES if "reference" not in path.parts]
    assert any(command in path.read_text(encoding="utf-8") for path in written)


NAMED_COMMAND = re.compile(r"(?:[`$|] ?|bin/)(headwater(?: [a-z]+){1,2})((?: [^`|\n]*)?)")
COMMANDS = dict(commands())


def unknown_commands(text: str) -> list[str]:
    """What a text names as a command of ours, with its options, that does not exist."""
    found = []
    for named, rest in NAMED_COMMAND.findall(text):
        words = named.split()
        command = COMMANDS.get(named) or COMMANDS.get(" ".join(words[:2]))
        if command is not None and named not in COMMANDS and hasattr(command, "default_command"):
            command = command.commands[command.default_command]
        known = (
            {"--help"} | {name for parameter in command.params for name in parameter.opts + parameter.secondary_opts} if command else set()
        )
        options = set(re.findall(r"(?<= )--[a-z-]+", f"{rest} ".split(" | ")[0]))
        is_group = command is not None and hasattr(command, "commands") and len(words) > 2
        if command is None or is_group or options - known:
            found.append(f"{named}{rest}")
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_command_that_a_page_names_exists(path: Path) -> None:
    assert unknown_commands(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text", ["`headwater restore`", "`headwater key create NAME --scope read`", "$ headwater key brew", "`headwater lineages x`"]
)
def test_a_command_that_does_not_exist_is_noticed(text: str) -> None:
    assert unknown_commands(text)


@pytest.mark.parametrize(
    "text",
    [
        "`headwater key create NAME --read '*'`",
        "$ headwater up --home x 2> log",
        "$ headwater dbt target --namespace x",
        "`headwater status`",
    ],
)
def test_a_command_that_exists_is_let_pass(text: str) -> None:
    assert unknown_commands(text) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    assert [target for target in targets if not (path.parent / target).exists()] == []
