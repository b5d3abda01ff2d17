"""Whole pipelines, drawn from a seed: sources, three to twelve steps, a place or two that may hold only so much, and what leaks there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from headwater.model.sensitivity.documents import Allowance, Expectation, LevelWord
from headwater.model.sensitivity.labels import Level
from tests.leaks.aggregating import grouped
from tests.leaks.dialects import DIALECTS, Dialect
from tests.leaks.holding import BY_TYPE, SENSITIVE, Held, joined
from tests.leaks.passing import HONEST, LEAKING, TAKEN_OUT, UNKNOWN, Passed, kept, packed, recorded, zone_taken
from tests.leaks.tables import BODIES, WRITINGS, Select, body, written

_NAMES = ("ref", "tag", "note", "attr", "info", "handle", "mark", "extra", "item", "unit", "part", "field", "grade", "label", "token")
"""What columns are renamed to: nothing that tells what is in them."""
_ALLOWED: tuple[Level, ...] = (Level.NONE, Level.NONE, Level.AGGREGATE, Level.QUASI, Level.PSEUDONYMOUS)


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of a job. `sent` is the text as its producer reports it, which nobody can read unless `readable`.

    `prepare` makes the table that it fills. `smallest` is how many rows the smallest group truly holds, where somebody counted.
    """

    job: str
    reads: tuple[str, ...]
    writes: str
    columns: tuple[Held, ...]
    sql: str
    prepare: str = ""
    smallest: int | None = None
    readable: bool = True
    schema_told: bool = True

    @property
    def is_clear(self) -> bool:
        """Whether all of it can be read, functions that nobody knows included."""
        return self.readable and UNKNOWN not in self.sql

    @property
    def sent(self) -> str:
        """The text that is reported."""
        return self.sql if self.readable else f"%refresh({self.writes}) <<~ {self.sql.replace('SELECT', 'PICK', 1)} ~>> ;;%"


@dataclass(frozen=True, slots=True)
class Place:
    """A table that may hold only so much, by type where types are named."""

    dataset: str
    level: Level
    types: tuple[str, ...] = ()
    """Types that may be there as they are."""

    def allows(self, info_type: str) -> Level:
        """The highest level of a type that may be there."""
        return Level.DIRECT if info_type in self.types else self.level

    def expectation(self, namespace: str) -> Expectation:
        """As people declare it."""
        allow = [Allowance(level=_word(Level.DIRECT), info_types=self.types)] if self.types else []
        allow += [Allowance(level=_word(self.level))] if self.level > Level.NONE else []
        return Expectation(name=f"{self.dataset} may be shared", namespace=namespace, dataset=self.dataset, allow=tuple(allow), owner="ada")


@dataclass(frozen=True, slots=True, order=True)
class Planted:
    """A leak: what is where it may not be, and which job first put it where it may not be."""

    dataset: str
    column: str
    info_type: str
    job: str = field(compare=False)
    ways: tuple[str, ...] = field(compare=False)
    readable: bool = field(compare=False)
    """Whether every statement on its way can be read, and none takes it out of a document or record that holds more."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline and the truth about it."""

    seed: int
    dialect: Dialect
    sources: dict[str, tuple[Held, ...]]
    steps: tuple[Step, ...]
    places: tuple[Place, ...]
    tables: dict[str, tuple[Held, ...]]
    """What each table truly holds at the end."""
    truth: tuple[Planted, ...]

    @property
    def namespace(self) -> str:
        """Where its tables are."""
        return f"{self.dialect.scheme}://lake"

    @property
    def jobs(self) -> str:
        """The namespace of its jobs."""
        return f"jobs-{self.seed}"


def pipeline(seed: int, dialect: Dialect | None = None) -> Pipeline:
    """The pipeline of a seed, in the seed's dialect or, the same pipeline, in another."""
    return _Maker(seed, dialect).made()


class _Maker:
    """Draws one pipeline. Nothing that is drawn depends on the dialect."""

    def __init__(self, seed: int, dialect: Dialect | None) -> None:
        self.rng = Random(seed)
        drawn = DIALECTS[self.rng.randrange(len(DIALECTS))]
        self.dialect = dialect or drawn
        self.seed, self.length = seed, self.rng.randint(3, 12)
        self.places: list[Place] = []
        self.steps: list[Step] = []
        self.tables: dict[str, tuple[Held, ...]] = {}
        self.unreadable: set[str] = set()
        """Tables on whose way something could not be read."""
        chosen = self.rng.sample([told.info_type for told in SENSITIVE], self.rng.randint(3, 6))
        cut = self.rng.randint(2, len(chosen) - 1)
        self.people, self.accounts = chosen[:cut], chosen[cut:]
        self.turn = {told: self.rng.randrange(self.length) for told in chosen}
        self.final = self._place("share", "published")
        self.leaking = {told for told in chosen if self.rng.random() < 0.45}
        self.event = {
            "join": self.rng.randrange(self.length),
            "unpivot": self.rng.randrange(self.length) if self.rng.random() < 0.12 else -1,
            "aggregate": self.rng.randrange(self.length) if self.rng.random() < 0.4 else -1,
            "middle": self.rng.randrange(self.length - 1) if self.rng.random() < 0.2 else -1,
            "united": self.rng.randrange(self.length) if self.rng.random() < 0.15 else -1,
        }

    def made(self) -> Pipeline:
        """All steps, one after the other."""
        raw = {
            self._table("raw", "people"): (Held("id", number=True), Held("region"), Held("day"), *map(_source, self.people)),
            self._table("raw", "accounts"): (Held("id", number=True), Held("plan"), *map(_source, self.accounts)),
        }
        self.tables |= raw
        current = self._table("raw", "people")
        for number in range(self.length):
            current = self._step(number, current)
        return Pipeline(self.seed, self.dialect, raw, tuple(self.steps), tuple(self.places), self.tables, tuple(sorted(self._truth())))

    def _place(self, schema: str, table: str) -> Place:
        level = _ALLOWED[self.rng.randrange(len(_ALLOWED))]
        types = (self.rng.choice(sorted({*self.people, *self.accounts} - {"API_TOKEN"})),) if self.rng.random() < 0.15 else ()
        place = Place(self._table(schema, table), level, types)
        self.places.append(place)
        return place

    def _table(self, schema: str, table: str) -> str:
        return f"p{self.seed}_{schema}.{table}"

    def _step(self, number: int, current: str) -> str:
        last = number == self.length - 1
        place = self.final if last else self._place("shared", f"t{number}") if number == self.event["middle"] else None
        target = place.dataset if place is not None else self._table("stage", f"t{number}")
        writing, form = self.rng.choice(WRITINGS), self.rng.choice(BODIES)
        has_id = any(column.name == "id" for column in self.tables[current])
        smallest = None
        if number == self.event["unpivot"] and (found := self._unpivoted(current)) is not None:
            select, columns, reads = found
        elif number == self.event["aggregate"] and has_id:
            select, columns, smallest = grouped(self, current)
            reads = (current,)
        else:
            select, columns, reads = self._carried(number, current, has_id)
        selects = [select]
        if number == self.event["united"] and not select.group and len(columns) > 2:
            selects, columns = self._united(select, columns, current)
        self._write(number, selects, columns, reads, target, writing, form, smallest, place)
        if last:
            self._afterwards(current, reads, columns, selects, writing, place)
        return target

    def _carried(self, number: int, current: str, has_id: bool) -> tuple[Select, tuple[Held, ...], tuple[str, ...]]:
        """Every column in its own way, perhaps with more from another source, or filtered by something sensitive."""
        source, reads = f"{current} AS p", [current]
        where: list[str] = []
        passed: list[Passed] = []
        for column in self.tables[current]:
            found = self._passed(number, f"p.{column.name}", column, where)
            if found is not None:
                passed.append(found)
        if number == self.event["join"] and has_id:
            accounts = self._table("raw", "accounts")
            source += f" LEFT JOIN {accounts} AS a ON p.id = a.id"
            reads.append(accounts)
            held = self.tables[accounts][1:]
            passed += [(f"a.{column.name}", column) for column in held if self.rng.random() < 0.9]
        named = self._named(passed)
        items = tuple((expression, column.name) for expression, column in named)
        return Select(items, source, " AND ".join(where)), tuple(column for _, column in named), tuple(reads)

    def _passed(self, number: int, x: str, column: Held, where: list[str]) -> Passed | None:
        """What becomes of one column; None where it goes no further."""
        if not column.thread:
            drop = column.name in ("plan", "day") and self.rng.random() < 0.08
            return None if drop else (x, column)
        honest = column.thread not in self.leaking
        if column.packed and honest and self.rng.random() < 0.5:
            return zone_taken(self.dialect, x, column)
        if not column.packed and column.is_sensitive and number == self.turn[column.thread]:
            return self._honestly(x, column, where) if honest else self._leakily(x, column)
        return kept(self.dialect, x, column, self.rng)

    def _leakily(self, x: str, column: Held) -> Passed:
        way = self.rng.choice([*sorted(LEAKING), "as it is", "as it is"])
        return kept(self.dialect, x, column, self.rng) if way == "as it is" else LEAKING[way](self.dialect, x, column)

    def _honestly(self, x: str, column: Held, where: list[str]) -> Passed | None:
        """A way that leaves no more than the last place allows; dropping the column always does."""
        allowed = self.final.allows(column.thread)
        fitting = sorted(way for way, (level, _) in HONEST.items() if level <= allowed)
        way = self.rng.choice([*fitting, "dropped", "filtered by", "packed"])
        if way == "packed":
            return (packed if self.rng.random() < 0.5 else recorded)(self.dialect, x, column)
        if way == "filtered by":
            where.append(f"{x} IS NOT NULL")
        return None if way not in HONEST else HONEST[way][1](self.dialect, x, column)

    def _named(self, passed: Sequence[Passed]) -> list[Passed]:
        """Sensitive columns change their names now and then; no two of a table are called the same."""
        taken: set[str] = set()
        found = []
        for expression, column in passed:
            name = column.name
            if (column.thread and self.rng.random() < 0.5) or name in taken:
                name = self.rng.choice([free for free in _NAMES if free not in taken and all(free != one.name for _, one in passed)])
            taken.add(name)
            found.append((expression, column.called(name)))
        return found

    def _unpivoted(self, current: str) -> tuple[Select, tuple[Held, ...], tuple[str, ...]] | None:
        """Columns to rows: a sensitive one beside the region, in one column of values."""
        held = self.tables[current]
        names = [column.name for column in held]
        chosen = next((column for column in held if column.is_sensitive and not column.packed and not column.number), None)
        if chosen is None or not {"id", "region"} <= set(names):
            return None
        source = self.dialect.unpivot.format(x=chosen.name, y="region", t=current)
        value = chosen.called("v").by("turned into rows")
        select = Select((("p.id", "id"), ("p.k", "region"), ("p.v", "v")), source)
        return select, (Held("id", number=True), Held("region"), value), (current,)

    def _united(self, select: Select, columns: tuple[Held, ...], current: str) -> tuple[list[Select], tuple[Held, ...]]:
        """The rows once more, with something sensitive where something harmless belongs."""
        harmless = _harmless(columns)
        leaking = [column for column in self.tables[current] if column.thread in self.leaking and _is_text(column)]
        if not harmless or not leaking or " JOIN " in select.source or "(" in select.source:
            return [select], columns
        at, column = self.rng.choice(harmless), self.rng.choice(leaking)
        items = list(select.items)
        items[at] = (f"p.{column.name}", items[at][1])
        both = list(columns)
        both[at] = joined(replace(columns[at], thread=column.thread), column.called(columns[at].name)).by("in the second branch of a union")
        return [select, replace(select, items=tuple(items))], tuple(both)

    def _write(
        self,
        number: int,
        selects: list[Select],
        columns: tuple[Held, ...],
        reads: tuple[str, ...],
        target: str,
        writing: str,
        form: str,
        smallest: int | None,
        place: Place | None,
    ) -> None:
        names = [column.name for column in columns]
        query = body(form, selects, has_id="id" in names and "p.id" in [expression for expression, _ in selects[0].items])
        misnamed = ""
        if writing == "by position" and len(selects) == 1:
            turned = [*names[1:], names[0]]
            misnamed = replace(selects[0], items=tuple((told[0], name) for told, name in zip(selects[0].items, turned, strict=True))).text()
        sql, prepare = written(writing, self.dialect, target, query, names, misnamed)
        readable = self.rng.random() >= 0.1
        job = f"make_{target.partition('.')[2]}"
        told = self.rng.random() < 0.7 or not readable or writing == "by position"
        self._record(Step(job, reads, target, columns, sql, prepare, smallest, readable, told), place)

    def _record(self, step: Step, place: Place | None) -> None:
        """Keep a step, and say of what it wrote what may not be there."""
        if not step.is_clear or self.unreadable.intersection(step.reads):
            self.unreadable.add(step.writes)
        self.steps.append(step)
        self.tables[step.writes] = tuple(_blamed(column, place, step.job) for column in step.columns)

    def _afterwards(
        self,
        current: str,
        reads: tuple[str, ...],
        columns: tuple[Held, ...],
        selects: list[Select],
        writing: str,
        place: Place | None,
    ) -> None:
        """Now and then something is added to the last place by another job, or the last place was bad before and was made anew."""
        what = self.rng.random()
        select, last = selects[0], self.steps[-1]
        texts = _harmless(columns)
        sensitive = [column for column in self.tables[current] if column.is_sensitive and _is_text(column) and column.thread != "API_TOKEN"]
        if not texts or not sensitive or select.group or len(selects) > 1 or " JOIN " in select.source or "(" in select.source:
            return
        at, column = texts[0], sensitive[0]
        items = list(select.items)
        items[at] = (f"p.{column.name}", items[at][1])
        names = [told.name for told in columns]
        worse = replace(select, items=tuple(items))
        mixed = list(columns)
        mixed[at] = replace(column.called(names[at]).by("added by another job"), plain=column.plain)
        if what < 0.15 and writing != "view":
            sql = f"INSERT INTO {last.writes} ({', '.join(names)}) {worse.text()}"
            held = tuple(
                joined(one, other) if one.is_sensitive or other.is_sensitive else one
                for one, other in zip(mixed, self.tables[last.writes], strict=True)
            )
            self._record(Step("top_up", reads, last.writes, held, sql), place)
        elif what < 0.3 and writing == "replace" and self.dialect.replaces and last.readable:
            before = f"CREATE OR REPLACE TABLE {last.writes} AS {worse.text()}"
            self.steps.insert(len(self.steps) - 1, Step(last.job, reads, last.writes, tuple(mixed), before))

    def _truth(self) -> Iterable[Planted]:
        for place in self.places:
            for column in self.tables.get(place.dataset, ()):
                for info_type, held in column.holds.items():
                    if held > place.allows(info_type):
                        readable = place.dataset not in self.unreadable and TAKEN_OUT not in column.ways
                        yield Planted(place.dataset, column.name, info_type, column.first[info_type], column.ways, readable)


def _blamed(column: Held, place: Place | None, job: str) -> Held:
    """A column as it stands in a place: what may not be there was first put there by this job, unless it was in such a place before."""
    if place is None:
        return column
    over = {told: job for told, held in column.holds.items() if held > place.allows(told)}
    return replace(column, first={**over, **{told: first for told, first in column.first.items() if told in column.holds}})


def _source(info_type: str) -> Held:
    told = BY_TYPE[info_type]
    return Held(told.column, {info_type: told.level}, info_type, number=told.is_number)


def _harmless(columns: Sequence[Held]) -> list[int]:
    """Where columns of text stand that hold nothing, apart from the one that steps group by."""
    return [at for at, column in enumerate(columns) if not column.thread and not column.number and column.name != "region"]


def _is_text(column: Held) -> bool:
    return column.is_sensitive and not column.number and not column.packed


def _word(level: Level) -> LevelWord:
    return level.word  # type: ignore[return-value]  # because the levels' words are these
