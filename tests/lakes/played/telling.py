"""What a history came to when it was played: which tampering the lake's own scan and `changes` missed, and which alarms were false."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from headwater.app.lakes.places import LakePlace
from tests.lakes.histories import Commit, History, events
from tests.lakes.telling import NAMESPACE
from tests.lakes.watching import Watched

Made = set[tuple[str, str]]
"""Versions (or files, for a folder) that a commit left, each under its dataset."""


class Player(Protocol):
    """Plays commits on the tables of one lake. `pace` is after how many commits it is scanned."""

    place: LakePlace
    prefix: str
    pace: int

    def play(self, commit: Commit) -> Made:
        """Make the commit; nothing where there was nothing to do."""

    def scanning(self, before: datetime | None) -> AbstractContextManager[None]:
        """Holds while the lake is scanned; `before` is the time of the next commit."""


@dataclass
class Outcome:
    """How a history was told."""

    commits: int = 0
    versions: int = 0
    tampered: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    play_seconds: float = 0.0
    scan_seconds: float = 0.0
    ask_seconds: float = 0.0


def played(told: History, player: Player, home: Path) -> Outcome:
    """Play a history, scan now and then as a lake is scanned, and compare what is told with what was done."""
    outcome = Outcome(commits=len(told.commits))
    watched = Watched(home, player.place)
    with watched.client:
        watched.client.record(events(told, player.prefix))
        made: dict[Commit, Made] = {}
        for number, commit in enumerate(told.commits, 1):
            begun = time.perf_counter()
            made[commit] = player.play(commit)
            outcome.play_seconds += time.perf_counter() - begun
            if number % player.pace == 0 or number == len(told.commits):
                begun = time.perf_counter()
                with player.scanning(told.commits[number].at if number < len(told.commits) else None):
                    watched.scan()
                outcome.scan_seconds += time.perf_counter() - begun
        begun = time.perf_counter()
        alarms = _alarms(watched)
        outcome.ask_seconds = time.perf_counter() - begun
    _judge(outcome, made, alarms)
    return outcome


def _alarms(watched: Watched) -> dict[tuple[str, str], str]:
    """What nothing explains, version by version, and of a folder file by file; with the words that are said of it."""
    found: dict[tuple[str, str], str] = {}
    for change in watched.client.changes(limit=10_000).result.changes:
        dataset = change.dataset.removeprefix(f"dataset:{NAMESPACE}:").removeprefix(f"{NAMESPACE}:")
        for name in change.files or (change.version,):
            found[dataset, name] = f"{change.operation} +{change.added_rows} -{change.removed_rows}: {change.why}"
    return found


def _judge(outcome: Outcome, made: dict[Commit, Made], alarms: dict[tuple[str, str], str]) -> None:
    bad: Made = set()
    for commit, versions in made.items():
        outcome.versions += len(versions)
        if commit.tampering and versions:
            outcome.tampered += 1
            bad |= versions
            if not versions & alarms.keys():
                outcome.missed.append(f"{commit}")
    by = {version: commit for commit, versions in made.items() for version in versions}
    outcome.false = [f"{key} {alarms[key]} [{by.get(key)}]" for key in sorted(alarms.keys() - bad)]
