"""Pure folders touch nothing: no file is opened, no clock is read, no randomness is drawn.

Ruff's banned list catches the clocks it knows by name; it cannot see the builtin `open`, nor `from time import time`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "headwater"
PURE_FOLDERS = ("model", "ledger", "capture", "projections", "answers", "policy")
STAND_ALONE = PACKAGE / "ledger" / "offline.py"
"""The offline verifier: a program of its own that travels with an export; nothing imports it."""
BANNED_BUILTINS = frozenset({"open", "input", "print", "exec", "eval", "breakpoint"})
BANNED_MODULES = frozenset({"time", "random", "secrets", "uuid", "tempfile", "shutil", "logging", "threading", "concurrent", "glob"})
BANNED_ATTRIBUTES = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "os.urandom", "os.environ", "os.getenv", "os.open", "io.open"}
)
BANNED_SUBMODULES = frozenset({"urllib.request", "urllib.error", "os.path"})
BANNED_METHODS = frozenset({"read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "unlink", "mkdir"})
# A library that logs by itself is quietened where it is imported.
ALLOWED = {"capture/sql/adapter.py": {"import logging"}}


def pure_modules() -> list[Path]:
    return sorted(path for folder in PURE_FOLDERS for path in (PACKAGE / folder).rglob("*.py") if path != STAND_ALONE)


def is_banned(module: str) -> bool:
    """Whether a module, or the package it sits in, reaches for the world."""
    return module.partition(".")[0] in BANNED_MODULES or module in BANNED_SUBMODULES


def touches(source: str) -> Iterator[str]:
    """Every place where a module reaches for the world, as `line: what`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in BANNED_BUILTINS:
                yield f"{node.lineno}: {name}()"
            case ast.Call(func=ast.Attribute(attr=name)) if name in BANNED_METHODS:
                yield f"{node.lineno}: .{name}()"
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if f"{owner}.{name}" in BANNED_ATTRIBUTES:
                yield f"{node.lineno}: {owner}.{name}"
            case ast.Import(names=names):
                yield from (f"{node.lineno}: import {alias.name}" for alias in names if is_banned(alias.name))
            case ast.ImportFrom(module=str(module), level=0) if is_banned(module):
                yield f"{node.lineno}: from {module}"
            case _:
                pass


@pytest.mark.parametrize("path", pure_modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_pure_module_touches_nothing(path: Path) -> None:
    allowed = ALLOWED.get(str(path.relative_to(PACKAGE)), set())
    assert [found for found in touches(path.read_text()) if found.partition(": ")[2] not in allowed] == []


@pytest.mark.parametrize(
    "source",
    ["open('a')", "import time", "from random import choice", "datetime.now()", "os.environ['A']", "Path('a').read_text()", "print(1)"],
)
def test_the_check_sees_what_it_forbids(source: str) -> None:
    assert len(list(touches(source))) == 1


def test_the_check_leaves_ordinary_code_alone() -> None:
    assert list(touches("from datetime import datetime\nvalue = datetime.fromisoformat('2026-01-01')\nself.open_sealed(value)")) == []


def test_the_offline_verifier_is_imported_by_nothing_and_imports_nothing_of_ours() -> None:
    assert not [path for path in PACKAGE.rglob("*.py") if "ledger.offline" in path.read_text() or "import offline" in path.read_text()]
    assert "headwater" not in {name.partition(".")[0] for name in imported_names(ast.parse(STAND_ALONE.read_text()))}


def imported_names(module: ast.Module) -> Iterator[str]:
    """Every module that a module names in an import."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
