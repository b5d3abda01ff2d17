"""Unexplained changes: made-up histories of 2,000 commits, 40 of them tampering, played on real Iceberg, Delta and folders.

    python bench/changes.py [--commits 2000] [--tampered 40] [--kind delta] [--seed 2026] [--parts 4] [--folder DIR]

Each history is played by the format's own library (tests/lakes/played tells how and what is made up), the lake is scanned as
`headwater lake scan` does, and `changes` is asked once. Printed are the versions that came of it, how many tampered commits were told,
how many other versions were (false alarms), and seconds: to play, to scan in all, to ask. A history is drawn in parts, each a lake
of six tables of its own. Needs the repository, and for folders the program versitygw.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.lakes.histories import Manner, history
from tests.lakes.played.telling import Outcome, Player, played

KINDS = ("iceberg", "delta", "folder")


def main() -> int:
    """Play and print one line per format; 1 when anything was missed or told falsely."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=2000)
    parser.add_argument("--tampered", type=int, default=40)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--parts", type=int, default=4)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    wrong = 0
    print(f"{'':10}{'commits':>8}{'versions':>10}{'told':>12}{'false':>7}{'play':>9}{'scan':>9}{'ask':>8}")
    for kind in [options.kind] if options.kind else KINDS:
        found = []
        for part in range(options.parts):
            with TemporaryDirectory(dir=options.folder) as folder:
                found.append(
                    _played(kind, Path(folder), options.seed + part, options.commits // options.parts, options.tampered // options.parts)
                )
        wrong += _print(kind, found)
    return int(wrong > 0)


def _played(kind: str, folder: Path, seed: int, commits: int, tampered: int) -> Outcome:
    manner, opened = _player(kind, folder, seed)
    with opened as player:
        return played(history(seed, commits, tampered, manner), player, folder / "home")


def _player(kind: str, folder: Path, seed: int) -> tuple[Manner, AbstractContextManager[Player]]:
    if kind == "iceberg":
        from tests.lakes.played import iceberg

        return iceberg.MANNER, nullcontext(iceberg.IcebergPlayer(folder, seed))
    if kind == "delta":
        from tests.lakes.played import delta

        return delta.MANNER, nullcontext(delta.DeltaPlayer(folder, seed))
    from tests.lakes.played import folder as folders

    return folders.MANNER, folders.folder_player(folder, seed)


def _print(kind: str, found: list[Outcome]) -> int:
    missed, false = [line for one in found for line in one.missed], [line for one in found for line in one.false]
    tampered = sum(one.tampered for one in found)
    commits, versions = sum(one.commits for one in found), sum(one.versions for one in found)
    counts = f"{commits:8,}{versions:10,}{tampered - len(missed):6} of {tampered:2}{len(false):7}"
    times = ((one.play_seconds, one.scan_seconds, one.ask_seconds) for one in found)
    seconds = [sum(told) for told in zip(*times, strict=True)]
    print(f"{kind:10}{counts}{seconds[0]:7.1f} s{seconds[1]:7.1f} s{seconds[2]:6.2f} s", flush=True)
    for line in missed:
        print(f"  missed: {line}")
    for line in false:
        print(f"  false: {line}")
    return len(missed) + len(false)


if __name__ == "__main__":
    sys.exit(main())
