"""The size table: modules, functions and classes past the point where the house style asks for a second look.

Run by `make outliers`; it informs and never fails.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("headwater", "tests", "bench", "examples")
MODULE_LINES = 500
FUNCTION_LINES = 60
CLASS_LINES = 300
PUBLIC_METHODS = 12
PARAMETERS = 7
FOLDER_MODULES = 15
HABIT = range(80, 251)


@dataclass(frozen=True, slots=True)
class Outlier:
    """Something larger than the habit: how large, in what unit, and where."""

    size: int
    unit: str
    place: str


def measure(path: Path) -> Iterator[Outlier]:
    """Every outlier in one module."""
    source = path.read_text()
    where = str(path.relative_to(ROOT))
    lines = source.count("\n")
    if lines > MODULE_LINES:
        yield Outlier(lines, "module lines", where)
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _function(node, where)
            case ast.ClassDef():
                yield from _class(node, where)
            case _:
                pass


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, where: str) -> Iterator[Outlier]:
    place = f"{where}:{node.lineno} {node.name}"
    if (lines := _lines(node)) > FUNCTION_LINES:
        yield Outlier(lines, "function lines", place)
    if (count := len(node.args.args) + len(node.args.posonlyargs)) > PARAMETERS:
        yield Outlier(count, "positional parameters", place)


def _class(node: ast.ClassDef, where: str) -> Iterator[Outlier]:
    place = f"{where}:{node.lineno} {node.name}"
    if (lines := _lines(node)) > CLASS_LINES:
        yield Outlier(lines, "class lines", place)
    methods = [item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    if (count := sum(not method.name.startswith("_") for method in methods)) > PUBLIC_METHODS:
        yield Outlier(count, "public methods", place)


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def crowded_folders() -> Iterator[Outlier]:
    """Folders of the package with more modules than one concept needs."""
    for folder in sorted({path.parent for path in (ROOT / "headwater").rglob("*.py")}):
        if (count := len(list(folder.glob("*.py")))) > FOLDER_MODULES:
            yield Outlier(count, "modules in folder", str(folder.relative_to(ROOT)))


def modules() -> list[Path]:
    """Every Python module we wrote."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def main() -> None:
    """Print the table, largest first within each unit, then how modules are spread."""
    paths = modules()
    outliers = [*crowded_folders(), *(outlier for path in paths for outlier in measure(path))]
    for outlier in sorted(outliers, key=lambda outlier: (outlier.unit, -outlier.size)):
        print(f"{outlier.size:6}  {outlier.unit:22} {outlier.place}")
    sizes = [path.read_text().count("\n") for path in paths if path.is_relative_to(ROOT / "headwater")]
    spread = f"{sum(size in HABIT for size in sizes)} of {HABIT.start}-{HABIT.stop - 1} lines"
    print(f"{len(sizes)} modules of the package, {sum(sizes)} lines, {spread}; {len(outliers)} outliers")


if __name__ == "__main__":
    main()
