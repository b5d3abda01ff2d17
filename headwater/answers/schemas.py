"""A dataset's schemas over time: what producers report, and below that what statements gave where they made it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from headwater.answers.evidence import HIDDEN
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import ColumnView, SchemaView
from headwater.model.facts import Change
from headwater.model.ids import DatasetId, RunId
from headwater.model.naming import column_key
from headwater.model.schemas import Column
from headwater.model.times import FOREVER, Instant, format_instant
from headwater.projections.records import DatasetRecord, DerivedSchema, Said
from headwater.projections.schemas import SchemaWord
from headwater.projections.views import Views

_ALWAYS = format_instant(FOREVER)
Changed = tuple[Change, DatasetId | None, RunId | None]


def schemas_of(views: Views, record: DatasetRecord, moment: Moment, sight: Sight) -> tuple[SchemaView, ...]:
    """A dataset's schemas as intervals: derived ones first, as reported ones stand above them, then by time."""
    with_lineage = _with_lineage(views, record.id, moment)
    return (*_derived(views, record, moment, sight, with_lineage), *_reported(record, moment, with_lineage))


def _reported(record: DatasetRecord, moment: Moment, with_lineage: set[str]) -> list[SchemaView]:
    """Each producer's own intervals, repetitions joined."""
    runs: list[list[Said[SchemaWord]]] = []
    for word in sorted(record.schemas.until(moment.until, moment.known_at), key=lambda said: (said.producer, said.at)):
        if runs and runs[-1][0].producer == word.producer and runs[-1][0].value == word.value:
            runs[-1].append(word)
        else:
            runs.append([word])
    shown = []
    for index, words in enumerate(runs):
        follows = index + 1 < len(runs) and runs[index + 1][0].producer == words[0].producer
        shown.append(
            SchemaView(
                valid_from=format_instant(words[0].at),
                valid_to=format_instant(runs[index + 1][0].at) if follows else _ALWAYS,
                producer=words[0].producer,
                whole=words[0].value.whole,
                position=min(word.position for word in words),
                columns=_columns(record.id, words[0].value.columns, with_lineage),
            )
        )
    return sorted(shown, key=lambda schema: (schema.valid_from, schema.producer))


def _derived(views: Views, record: DatasetRecord, moment: Moment, sight: Sight, with_lineage: set[str]) -> list[SchemaView]:
    """Columns that statements gave, each set until something else happened to them."""
    told = (word for words in views.catalog.derived.get(record.id, {}).values() for word in words)
    known = [word for word in told if word.at <= moment.until and word.is_known(moment.known_at)]
    shown: list[SchemaView] = []
    for at, words in _by_time(known, record.changes.until(moment.until, moment.known_at)):
        columns = words[0].columns if words and all(word.columns == words[0].columns for word in words) else None
        is_open = bool(shown) and shown[-1].valid_to == _ALWAYS
        if is_open and columns == tuple(column.name for column in shown[-1].columns):
            continue
        if is_open:
            shown[-1] = replace(shown[-1], valid_to=format_instant(at))
        if columns is not None:
            shown.append(
                SchemaView(
                    valid_from=format_instant(at),
                    valid_to=_ALWAYS,
                    producer=str(words[0].job) if sight.sees(words[0].job.namespace) else HIDDEN,
                    whole=True,
                    position=words[0].position,
                    columns=_columns(record.id, map(Column, columns), with_lineage),
                    origin="derived",
                )
            )
    return shown


def _by_time(words: list[DerivedSchema], changes: Iterable[Said[Changed]]) -> list[tuple[Instant, list[DerivedSchema]]]:
    """What statements made of columns at each moment, and moments without a word at which columns became uncertain."""
    found: dict[Instant, list[DerivedSchema]] = {}
    for word in sorted(words, key=lambda each: (each.position, str(each.job), each.run or "")):
        found.setdefault(word.at, []).append(word)
    for said in changes:
        change, _, run = said.value
        is_explained = run is not None and any(word.run == run and word.at <= said.at for word in words)
        if change in ("DROP", "RENAME") or (change != "TRUNCATE" and not is_explained):
            found.setdefault(said.at, [])
    return sorted(found.items())


def _columns(dataset: DatasetId, columns: Iterable[Column], with_lineage: set[str]) -> tuple[ColumnView, ...]:
    return tuple(
        ColumnView(column.name, column.type, column.description, column_key(dataset.namespace, column.name) in with_lineage)
        for column in columns
    )


def _with_lineage(views: Views, dataset: DatasetId, moment: Moment) -> set[str]:
    """The columns of which any derivation speaks, by key."""
    derivations, known_at = views.derivations, moment.known_at
    owners = (derivations.nodes.known(known, known_at) for known in derivations.incarnations.history(dataset, known_at))
    return {key for owner in owners if owner is not None for key in derivations.nodes.columns_known(owner, known_at)}
