"""Columns that a dataset surely no longer has at a moment: the statement that made it last was read in full and names others.

Not listed is not gone: only a statement proves that a column is, and only as long as nothing speaks for it. That is a schema of a
producer that lists it, a look at values or a person's word since, or a derivation in force that ran since and fills it, or that nobody
could read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from headwater.answers.moment import Moment
from headwater.answers.writers import writers
from headwater.model.ids import DatasetId
from headwater.model.naming import column_key
from headwater.model.times import Instant
from headwater.projections.records import DatasetRecord
from headwater.projections.sensitivity.decided import SensitivityRecord
from headwater.projections.views import Views


def without_departed(views: Views, moment: Moment, dataset: DatasetId, owners: Iterable[int], columns: Mapping[str, str]) -> dict[str, str]:
    """Of columns (key -> spelling) of a dataset those that it has or may have at a moment; `owners` are its incarnations then.

    Cost:    O(words of statements about its columns); nothing where there are none.
    """
    made = _made(views, dataset, moment)
    if made is None:
        return dict(columns)
    since, present = made
    suspects = {key for key in columns if not any(_is_within(key, known) for known in present)}
    if suspects:
        suspects -= _spoken_for(views, dataset, moment, since)
    if suspects:
        suspects -= _filled(views, moment, owners, suspects, since)
    return {key: spelling for key, spelling in columns.items() if key not in suspects}


def _made(views: Views, dataset: DatasetId, moment: Moment) -> tuple[Instant, set[str]] | None:
    """Since when statements have left which columns in it, by key; None where they are not known."""
    told = (word for words in views.catalog.derived.get(dataset, {}).values() for word in words)
    known = [word for word in told if word.at <= moment.until and word.is_known(moment.known_at)]
    since = max((word.at for word in known), default=None)
    record = views.catalog.datasets.get(dataset)
    if since is None or record is None:
        return None
    columns = {word.columns for word in known if word.at == since}
    left = columns.pop()
    if columns or left is None or _is_changed(record, moment, since, {(word.run, word.at) for word in known}):
        return None
    return since, {column_key(dataset.namespace, column) for column in left}


def _is_changed(record: DatasetRecord, moment: Moment, since: Instant, told: set[tuple[str | None, Instant]]) -> bool:
    """Whether anything happened to its columns since that no statement tells of."""
    for said in record.changes.until(moment.until, moment.known_at):
        change, _, run = said.value
        is_explained = run is not None and any(each == run and at <= said.at for each, at in told)
        if said.at >= since and (change in ("DROP", "RENAME") or (change != "TRUNCATE" and not is_explained)):
            return True
    return False


def _is_within(key: str, present: str) -> bool:
    """Whether a key is that of a column or of a path within it, such as a member of documents."""
    return key == present or (key.startswith(present) and not (key[len(present)].isalnum() or key[len(present)] == "_"))


def _spoken_for(views: Views, dataset: DatasetId, moment: Moment, since: Instant) -> set[str]:
    """The columns that the last word of any producer lists, or that values or a person spoke of since."""
    record = views.catalog.datasets[dataset]
    listed = {said.producer: said.value.columns for said in record.schemas.until(moment.until, moment.known_at)}
    names = [column.name for columns in listed.values() for column in columns]
    decided = views.decided.datasets.get(dataset)
    return {column_key(dataset.namespace, name) for name in (*names, *(_seen_since(decided, moment, since) if decided is not None else ()))}


def _seen_since(record: SensitivityRecord, moment: Moment, since: Instant) -> Iterator[str]:
    for look in record.looks:
        if since <= look.at and look.position <= moment.known_at:
            yield from (verdict.column for verdict in look.columns)
    for word in record.labels:
        if since <= word.at and word.position <= moment.known_at and word.action in ("set", "confirm"):
            yield word.column


def _filled(views: Views, moment: Moment, owners: Iterable[int], suspects: set[str], since: Instant) -> set[str]:
    """Those that a derivation in force may have filled since."""
    found: set[str] = set()
    for record in writers(views, moment, owners):
        if not record.ran_since(since, moment.known_at):
            continue
        if not record.is_confirmed:
            return suspects
        namespace = record.claim.target.namespace
        found |= {column_key(namespace, flow.target_column) for flow in record.claim.flows if flow.target_column is not None}
    return found & suspects
