"""Which datasets, columns, jobs speak of this text? Every word must occur, names count more than words about them."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import Answer, Hit, SearchHits
from headwater.model.errors import UsageError
from headwater.model.ids import ColumnId
from headwater.model.questions import SearchQuestion
from headwater.projections.records import DatasetRecord, JobRecord
from headwater.projections.views import Views

_WEIGHTS = {"name": 8.0, "column": 5.0, "tag": 4.0, "owner": 3.0, "documentation": 2.0, "namespace": 1.0}
_SNIPPET = 80
MAX_TEXT = 200


def ask(views: Views, question: SearchQuestion, sight: Sight) -> Answer[SearchHits]:
    """Search names, namespaces, columns, documentation, tags and owners, case aside; a word may be any part of a word.

    `hidden` counts the datasets and jobs that this key may not search, whatever the text: a count of those that match would
    spell out their names to whoever asks often enough.

    Raises:  UsageError: no text, or too much.
    Cost:    one pass over the catalog.
    """
    words = question.text.casefold().split()
    if not words or len(question.text) > MAX_TEXT:
        raise UsageError(f"cannot search: expected 1 to {MAX_TEXT} characters", next_step="headwater catalog search orders")
    moment = Moment.of(question, views)
    found, hidden = _hits(views, moment, sight, words)
    page = found[moment.offset : moment.offset + moment.limit]
    return Answer(
        question=question.name,
        asked={"text": question.text},
        result=SearchHits(tuple(page), hidden),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=True,
        total={"hits": len(found)},
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(found)),
    )


def _hits(views: Views, moment: Moment, sight: Sight, words: list[str]) -> tuple[list[Hit], int]:
    found: list[Hit] = []
    hidden = 0
    records: list[DatasetRecord | JobRecord] = [*views.catalog.datasets.values(), *views.catalog.jobs.values()]
    for record in records:
        if not record.seen.was(moment.until, moment.known_at):
            continue
        if sight.sees(record.id.namespace):
            found.extend(_match(record, moment, words))
        else:
            hidden += 1
    return sorted(found, key=lambda hit: (-hit.score, hit.id, hit.where)), hidden


def _match(record: DatasetRecord | JobRecord, moment: Moment, words: list[str]) -> Iterator[Hit]:
    """The best match of the record itself, and one for each of its columns that matches by its own name or words."""
    kind = "dataset" if isinstance(record, DatasetRecord) else "job"
    texts = list(_texts(record, moment))
    everything = " ".join(text for _, text in texts).casefold()
    if all(word in everything for word in words):
        where, text = max(texts, key=lambda item: (_score(item[0], item[1], words), -len(item[1])))
        yield Hit(str(record.id), kind, where, _snippet(text, words), sum(_score(name, told, words) for name, told in texts))
    if isinstance(record, DatasetRecord):
        schema = record.schemas.latest(moment.until, moment.known_at)
        for column in schema.columns if schema is not None else ():
            text = f"{column.name} {column.description}".strip()
            if all(word in text.casefold() for word in words):
                score = _score("column", text, words)
                yield Hit(str(ColumnId(record.id, column.name)), "column", "column", _snippet(text, words), score)


def _texts(record: DatasetRecord | JobRecord, moment: Moment) -> Iterator[tuple[str, str]]:
    yield "name", record.id.name
    yield "namespace", record.id.namespace
    documentation = record.documentation.latest(moment.until, moment.known_at)
    if documentation:
        yield "documentation", documentation
    for tag in record.tags.latest(moment.until, moment.known_at) or ():
        yield "tag", f"{tag.key} {tag.value}".strip()
    for owner in record.owners.latest(moment.until, moment.known_at) or ():
        yield "owner", owner.name


def _score(where: str, text: str, words: list[str]) -> float:
    """The weight of the place for each word found; whole words count double."""
    folded = text.casefold()
    parts = set("".join(character if character.isalnum() else " " for character in folded).split())
    return sum(_WEIGHTS[where] * (2.0 if word in parts else 1.0) for word in words if word in folded)


def _snippet(text: str, words: list[str]) -> str:
    """The text around the first word found."""
    flat = " ".join(text.split())
    if len(flat) <= _SNIPPET:
        return flat
    first = max(0, min((flat.casefold().find(word) for word in words if word in flat.casefold()), default=0) - 20)
    return ("…" if first else "") + flat[first : first + _SNIPPET] + "…"
