"""Judges the versions of one dataset: which run made each of them, or that none did.

Versions from before anything was recorded of a dataset (no lake watched, no run known to write it) are told apart: nobody was looking.
A folder is judged file by file, since one look may see the work of several runs and of a hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from headwater.answers.changes.matching import Piece, Verdict, match
from headwater.answers.changes.writings import TOLERANCE, Writing, writings
from headwater.model.entries import Position
from headwater.model.ids import DatasetId
from headwater.model.lakes import Examined, FileSeen
from headwater.model.times import FOREVER, Instant, parse_instant
from headwater.projections.lakes import Commit, LakeDataset
from headwater.projections.views import Views

FOLDER = "folder"
_COMPACTION = "OPTIMIZE"
_UNCOMPARED = (
    "it says that it only put rows together, but the contents before and after could not be compared, as files are gone or too large"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A version with its verdict; `files` are those of a folder that nothing explains. `is_watched` is false before anybody looked.

    `halves` where it is one half of an overwriting that its writer did in two commits: rows taken away, and others put in their place.
    """

    dataset: DatasetId
    commit: Commit
    verdict: Verdict
    is_watched: bool
    files: tuple[FileSeen, ...] = ()
    halves: bool = False
    examined: Examined | None = None
    examined_in: Position | None = None

    @property
    def is_explained(self) -> bool:
        return self.verdict.rule is not None


def judge(views: Views, dataset: DatasetId, as_of: Instant, known_at: Position) -> list[Judged]:
    """Every version of a dataset of a lake, oldest first, as known at a position.

    Cost:  O(versions x runs under way at a time), and the combinations that `matching` tries.
    """
    record = views.lakes.datasets[dataset]
    commits = record.commits_at(as_of, known_at)
    told = writings(views, dataset, known_at)
    alone, groups = _parted(commits)
    pieces = [piece for commit in alone for piece in _pieces(commit)]
    verdicts = match([*pieces, *map(_whole, groups)], told)
    verdicts |= _overwritten(commits, verdicts)
    for group in groups:
        verdicts |= dict.fromkeys((commit.version for commit in group), verdicts[group[-1].version])
    begin = _watched_from(views, record, told, known_at)
    judged = [_judged(dataset, commit, verdicts, commit.at >= begin) for commit in commits]
    halves = {each.commit.version for one, other in pairwise(judged) if _are_halves(one, other) for each in (one, other)}
    marked = [replace(change, halves=True) if change.commit.version in halves else change for change in judged]
    return [_with_examined(change, record, known_at) for change in marked]


def _are_halves(one: Judged, other: Judged) -> bool:
    """Whether two versions that nothing explains are one overwriting: some writers take rows away in one commit, and add in the next."""
    before, after = one.commit.seen, other.commit.seen
    if one.is_explained or other.is_explained or after.parent != before.version or other.commit.at - one.commit.at > TOLERANCE:
        return False
    same_hand = (before.author, before.engine) == (after.author, after.engine)
    return same_hand and bool(before.removed_rows and not before.added_rows and after.added_rows and not after.removed_rows)


def _with_examined(change: Judged, record: LakeDataset, known_at: Position) -> Judged:
    """What a scan found when it compared the version with its parent, as far as that was known."""
    position, found = record.examined.get(change.commit.version, (None, None))
    if position is None or position > known_at:
        return change
    return replace(change, examined=found, examined_in=position)


def _watched_from(views: Views, record: LakeDataset, told: list[Writing], known_at: Position) -> Instant:
    """From when on somebody looked: the lake was watched, or runs told what they write."""
    lake = views.lakes.lakes.get(record.lake)
    added = lake.added if lake is not None and lake.position <= known_at else record.looks[0].at if record.looks else Instant(FOREVER)
    return min([added, *(writing.start for writing in told)])


def _parted(commits: list[Commit]) -> tuple[list[Commit], list[list[Commit]]]:
    """Versions made alone, and those that one commit of the catalog made, each the parent of the next and by the same hand."""
    marked: dict[tuple[str, str, tuple[tuple[str, str], ...]], list[Commit]] = {}
    for commit in commits:
        if commit.seen.together:
            stamps = tuple(sorted(commit.seen.stamps.items()))
            marked.setdefault((commit.seen.together, commit.seen.author, stamps), []).append(commit)
    groups = [group for group in map(_chained, marked.values()) if len(group) > 1 and all(map(_is_counted, group))]
    grouped = {commit.version for group in groups for commit in group}
    return [commit for commit in commits if commit.version not in grouped], groups


def _chained(commits: list[Commit]) -> list[Commit]:
    """Versions in the order of their parents; nothing where they are no chain."""
    by_parent = {commit.seen.parent: commit for commit in commits}
    versions = {commit.version for commit in commits}
    chain = [commit for commit in commits if commit.seen.parent not in versions]
    while len(chain) < len(commits) and chain and (following := by_parent.get(chain[-1].version)) is not None:
        chain.append(following)
    return chain if len(chain) == len(commits) else []


def _is_counted(commit: Commit) -> bool:
    return commit.seen.added_rows is not None and commit.seen.removed_rows is not None


def _whole(group: list[Commit]) -> Piece:
    """Several versions as the one change that they are: what a version only rewrites of a file counts as nothing."""
    net = [(commit.seen.added_rows or 0) - (commit.seen.removed_rows or 0) for commit in group]
    last = group[-1]
    return Piece(
        key=last.version,
        start=group[0].at,
        end=last.at,
        version=last.version,
        parent=group[0].seen.parent,
        author=last.seen.author,
        stamps=last.seen.stamps,
        rows=sum(more for more in net if more > 0),
        removed=-sum(less for less in net if less < 0),
        same_content=all(commit.seen.same_content is True for commit in group),
    )


def _pieces(commit: Commit) -> list[Piece]:
    seen = commit.seen
    if commit.format == FOLDER and seen.files and not seen.same_content:
        return [_file_piece(commit, file) for file in seen.files]
    return [
        Piece(
            key=seen.version,
            start=commit.at if commit.not_before is None else commit.not_before,
            end=commit.at,
            version=seen.version,
            parent=seen.parent,
            author=seen.author,
            stamps=seen.stamps,
            rows=seen.added_rows,
            removed=seen.removed_rows,
            copied=seen.copied_rows,
            same_content=seen.same_content is True,
        )
    ]


def _file_piece(commit: Commit, file: FileSeen) -> Piece:
    """A file that was added or changed at a time the storage tells, or was removed at some time between two looks."""
    told = parse_instant(file.at) if file.at else None
    start = told if told is not None else commit.not_before if commit.not_before is not None else commit.at
    return Piece(
        key=_file_key(commit, file),
        start=start,
        end=told if told is not None else commit.at,
        version=commit.version,
        rows=file.rows if file.change != "removed" else None,
        removed=file.rows if file.change == "removed" else None,
    )


def _file_key(commit: Commit, file: FileSeen) -> str:
    return f"{commit.version}\0{file.path}"


def _overwritten(commits: list[Commit], verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
    """Explain files that went away by the run whose files took their place: after it, nothing older is left beside its own.

    That is so of a whole folder, or of the part of it (`day=2026-11-01/`) where the run wrote.
    """
    present: set[str] = set()
    found: dict[str, Verdict] = {}
    for commit in (commit for commit in commits if commit.format == FOLDER):
        removed = [file for file in commit.seen.files if file.change == "removed"]
        written = {file.path: verdicts.get(_file_key(commit, file)) for file in commit.seen.files if file.change != "removed"}
        present = (present - {file.path for file in removed}) | written.keys()
        for file in removed:
            key, part = _file_key(commit, file), f"{file.path.rpartition('/')[0]}/"
            if key not in verdicts or verdicts[key].rule is not None:
                continue
            for left in (present, {path for path in present if f"{path.rpartition('/')[0]}/" == part}):
                own = [written.get(path) for path in left]
                told = [verdict.writing for verdict in own if verdict is not None and verdict.rule is not None]
                if told and len(told) == len(own) and all(writing is not None and writing == told[0] for writing in told):
                    found[key] = Verdict("run", told[0])
    return found


def _is_compaction_unseen(commit: Commit) -> bool:
    """Whether a commit says that it changed no row, and nobody could look whether that is so."""
    return commit.seen.operation == _COMPACTION and commit.seen.same_content is None


def _judged(dataset: DatasetId, commit: Commit, verdicts: dict[str, Verdict], is_watched: bool) -> Judged:
    whole = verdicts.get(commit.version)
    if whole is not None and whole.rule is None and whole.writing is None and _is_compaction_unseen(commit):
        whole = replace(whole, why=f"{whole.why}; {_UNCOMPARED}", doubtful=True)
    if whole is not None:
        return Judged(dataset, commit, whole, is_watched)
    told = [(file, verdicts[_file_key(commit, file)]) for file in commit.seen.files]
    bad = [(file, verdict) for file, verdict in told if verdict.rule is None]
    if bad:
        surest = next((verdict for _, verdict in bad if not verdict.doubtful), bad[0][1])
        return Judged(dataset, commit, surest, is_watched, tuple(file for file, _ in bad))
    if not commit.seen.listed:
        return Judged(dataset, commit, Verdict(None, None, "not all of its files are listed", doubtful=True), is_watched)
    return Judged(dataset, commit, told[-1][1], is_watched)
