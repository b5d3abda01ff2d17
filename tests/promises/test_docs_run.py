"""Pages that show commands are true: they are run from top to bottom and print what they say."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.promises.console import Names, Shell, Step, by_kind, matches, rewritten, steps
from tests.promises.tree import ROOT

README = ROOT / "README.md"
PAGES = [README, ROOT / "docs" / "start.md", *sorted((ROOT / "docs" / "cookbook").glob("[a-z]*.md"))]


def marked(path: Path) -> object:
    """A page as a test parameter: one that starts a server is a service test, other pages than the first are slow ones."""
    name = str(path.relative_to(ROOT))
    serves = any(step.kind == "server" for step in steps(path.read_text(encoding="utf-8")))
    marks = [pytest.mark.service("module:openlineage")] if serves else [pytest.mark.slow] if path != README else []
    return pytest.param(path, id=name, marks=marks)


@pytest.mark.parametrize("page", [marked(path) for path in PAGES])
def test_a_page_prints_what_it_shows(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    planned = steps(page.read_text(encoding="utf-8"))
    assert planned, "a page of the cookbook shows at least one command"
    with Shell(tmp_path) as shell:
        printed = [(step, shell.perform(step)) for step in planned]
    wrong = [(step, output) for step, output in printed if not matches(step.expected, output)]
    assert not any("Traceback" in output for _, output in printed), "".join(difference(step, output) for step, output in wrong)
    if (wrong or shell.names.confused) and os.environ.get("UPDATE_GOLDEN"):
        page.write_text(rewritten(page.read_text(encoding="utf-8"), unabridged(printed), shell.names), encoding="utf-8")
    else:
        assert not wrong, "".join(difference(step, output) for step, output in wrong)
        assert not shell.names.confused, "the page shows one id, key or hash for two, or two for one"


def unabridged(printed: list[tuple[Step, str]]) -> list[tuple[Step, str]]:
    """All but those whose page leaves something out and is right about the rest."""
    return [(step, output) for step, output in printed if "…" not in step.expected or not matches(step.expected, output)]


def difference(step: Step, printed: str) -> str:
    return f"\n$ {step.text}\n--- the page says\n{by_kind(step.expected)}\n--- it printed\n{printed}"


def test_the_readme_keeps_to_one_screen() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) < 120


def test_the_readme_shows_four_commands_and_a_python_example_that_run() -> None:
    kinds = [step.kind for step in steps(README.read_text(encoding="utf-8"))]
    assert kinds.count("command") >= 4
    assert kinds.count("python") == 1


def learned(shown: str, printed: str) -> Names:
    names = Names()
    names.learn(shown, printed)
    return names


def test_a_command_names_the_id_that_an_earlier_one_printed() -> None:
    key = "hw_aaaaaaaaaaaa_" + "x" * 24
    names = learned(f"made {key}", f"made {key.replace('a', 'b')}")
    assert names.put_in("revoke aaaaaaaaaaaa, not cccccccccccc") == "revoke bbbbbbbbbbbb, not cccccccccccc"


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("aaaaaaaaaaaa\naaaaaaaaaaaa", "111111111111\n222222222222"),
        ("aaaaaaaaaaaa\nbbbbbbbbbbbb", "111111111111\n111111111111"),
    ],
)
def test_an_id_shown_for_two_or_two_for_one_is_noticed(shown: str, printed: str) -> None:
    assert learned(shown, printed).confused
    assert not learned(printed, printed).confused


PAGE = "text\n```console\n$ one \\\n> two\nout\n\nput\n$ three\n```\n```python\nprint(1)\n```\n\n```text\n1\n```\n"


def test_a_console_block_is_read_as_commands_with_their_output() -> None:
    assert [(step.kind, step.text, step.expected) for step in steps(PAGE)] == [
        ("command", "one \\\ntwo", "out\n\nput\n"),
        ("command", "three", ""),
        ("python", "print(1)\n", "1\n"),
    ]


def test_a_page_can_be_given_its_true_output() -> None:
    first, second, third = steps(PAGE)
    page = rewritten(PAGE, [(first, ""), (second, "new"), (third, "2\n")])
    assert [(step.text, step.expected) for step in steps(page)] == [("one \\\ntwo", ""), ("three", "new\n"), ("print(1)\n", "2\n")]


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("at 2026-03-01T12:00:00Z in 3 ms", "at 2027-01-01T00:00:00.123Z in 41.5 ms"),
        ("run 0190c3a0-7f1e-7000-8000-000000000001", "run 11111111-2222-3333-4444-555555555555"),
        ("listening on http://127.0.0.1:8080", "listening on http://127.0.0.1:41233"),
        ("root 9f3c51ab9f3c51ab…", "root 0000000000000000 and more"),
        ("first\n…\nlast", "first\nsecond\nthird\nlast"),
        ("first\n…\nlast", "first\nlast"),
        ("wide    table", "wide  table   "),
    ],
)
def test_what_differs_between_runs_is_compared_by_kind(shown: str, printed: str) -> None:
    assert matches(shown, printed)


@pytest.mark.parametrize(("shown", "printed"), [("3 recorded", "4 recorded"), ("one", "one\ntwo"), ("", "something"), ("a.b", "acb")])
def test_what_should_be_equal_is_compared_as_it_stands(shown: str, printed: str) -> None:
    assert not matches(shown, printed)
