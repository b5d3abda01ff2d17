"""Runs dbt itself on the shop of `examples/dbt`, and keeps what it wrote as small inputs for tests and pages.

`python -m tests.dbt.artifacts` writes `examples/dbt/before` and `examples/dbt/after` anew; it needs dbt on the path.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "dbt"
SHOP, CHANGE = EXAMPLES / "shop", EXAMPLES / "change"
BEFORE, AFTER = EXAMPLES / "before", EXAMPLES / "after"
FILES = ("manifest.json", "catalog.json", "run_results.json")
UNREAD = ("macros", "docs", "selectors", "parent_map", "child_map", "group_map")
"""Parts of a manifest that nobody reads, and which make most of it."""


def shop(folder: Path, *, changed: bool = False) -> Path:
    """A copy of the shop's project, with the change of `examples/dbt/change` where that is asked for."""
    shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns("target", "logs", "*.duckdb"))
    if changed:
        shutil.copytree(CHANGE, folder, dirs_exist_ok=True)
    return folder


def dbt(project: Path, *arguments: str) -> Path:
    """Run a command of dbt in a project; gives its target folder."""
    _run(project, "dbt", "--no-use-colors", *arguments)
    return project / "target"


def dbt_ol(project: Path, *arguments: str) -> Path:
    """Run a command of dbt by way of its own OpenLineage integration; gives the file of the events that this reports."""
    events = project / "events.jsonl"
    transport = {"TYPE": "file", "LOG_FILE_PATH": str(events), "APPEND": "true"}
    _run(project, "dbt-ol", *arguments, **{f"OPENLINEAGE__TRANSPORT__{name}": value for name, value in transport.items()})
    return events


def _run(project: Path, name: str, *arguments: str, **variables: str) -> None:
    program = which(name)
    assert program is not None, f"{name} is not on the path"
    place = {"PATH": f"{Path(program).parent}:{os.environ['PATH']}"}
    environment = {**os.environ, **place, **variables}
    done = subprocess.run([program, *arguments], cwd=project, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr


def build(project: Path) -> Path:
    """Build a project and its catalog, the way the cookbook says."""
    dbt(project, "build")
    return dbt(project, "docs", "generate", "--no-compile")


def keep(target: Path, folder: Path) -> None:
    """Keep a target folder's artefacts without what nobody reads and what tells of this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        told: dict[str, Any] = json.loads((target / name).read_text(encoding="utf-8"))
        if name == "manifest.json":
            told |= {part: {} for part in UNREAD}
            told["nodes"] = {unique_id: _slim(node) for unique_id, node in told["nodes"].items()}
        if name == "run_results.json":
            told["args"] = {"which": told["args"]["which"]}
        (folder / name).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _slim(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key not in ("root_path", "unrendered_config", "doc_blocks", "docs", "extra_ctes")}


def main() -> None:
    """Write the kept artefacts anew."""
    for folder, changed in ((BEFORE, False), (AFTER, True)):
        with TemporaryDirectory() as place:
            keep(build(shop(Path(place) / "shop", changed=changed)), folder)


if __name__ == "__main__":
    main()
