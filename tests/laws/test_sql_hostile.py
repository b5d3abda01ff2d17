"""Law: no text crashes the reading of SQL, hangs it, makes it use up memory, or is called complete with reasons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from headwater.capture.sql import NoSchemas, analyse
from headwater.model.lineage import Statement
from tests.effort import tries
from tests.laws.hostile import Reader, texts


def _views(levels: int) -> str:
    steps = (f"create view v{at + 1} as select a.*, b.* from v{at} a, v{at} b;" for at in range(levels))
    return "create table v0 (a int, b int);" + "".join(steps)


def _expressions(levels: int) -> str:
    steps = ["v0 as (select a, b from t)", *(f"v{at + 1} as (select a.*, b.* from v{at} a, v{at} b)" for at in range(levels))]
    return f"with {', '.join(steps)} select * from v{levels}"


def _subqueries(levels: int) -> str:
    text = "(select a, b from t)"
    for at in range(levels):
        text = f"(select x{at}.*, y{at}.* from {text} x{at}, t y{at}, t z{at})"
    return f"create table s as select q.*, r.* from {text} q, {text} r"


def _temporary(levels: int) -> str:
    texts, names = ["create temp table t0 as select p, q from s"], ["p", "q"]
    for at in range(levels):
        made = [
            *(f"a.{name} x{number}" for number, name in enumerate(names)),
            *(f"b.{name} y{number}" for number, name in enumerate(names)),
        ]
        texts.append(f"create temp table t{at + 1} as select {', '.join(made)} from t{at} a join t{at} b on a.{names[0]} = b.{names[0]}")
        names = [each.rpartition(" ")[2] for each in made]
    return "; ".join(texts)


def _crossed(columns: int) -> str:
    """Every column of one step from all of the step before."""
    steps, names = [f"s0 as (select {', '.join(f'c{at}' for at in range(columns))} from t)"], [f"c{at}" for at in range(columns)]
    for step in range(1, 6):
        made = [f"concat({', '.join(names)}) as d{step}_{at}" for at in range(columns)]
        steps.append(f"s{step} as (select {', '.join(made)} from s{step - 1})")
        names = [f"d{step}_{at}" for at in range(columns)]
    return f"create table u as with {', '.join(steps)} select * from s5"


def _aliases(columns: int) -> str:
    wide = f"create table w as select {', '.join(f'{at} as c{at}' for at in range(columns))};"
    return wide + f" select {', '.join(f'a{at}.*' for at in range(10))} from {', '.join(f'w a{at}' for at in range(10))}"


GROWING = {
    "views": _views(25),
    "common table expressions": _expressions(25),
    "temporary tables": _temporary(12),
    "crossed columns": _crossed(150),
    "aliases of a wide table": _aliases(25_000),
    "unions": "select * from (" + " union all ".join(f"select a, b, t{at}.* from t{at}" for at in range(3_000)) + ")",
}
ENDLESS = {
    "comments that never end": ("duckdb", "/*!" * 200_000),
    "quotes that never end": ("mysql", "select '" + "\\'" * 250_000),
    "quotes that end in nothing": ("postgres", "select " + "'a''" * 150_000),
    "a line of dashes": ("oracle", "-" * 350_000 + "\r\n"),
    "comments that go on": ("spark", "-" * 350_000 + "a\n\\\n"),
    "rows that never end": ("mysql", "insert into t values (1" + ",'a" * 200_000),
    "values in values": ("duckdb", "values (1," * 60_000),
}
"""Characters that may begin something at every place; each place must be looked at once."""
BEYOND = {"views", "common table expressions", "aliases of a wide table"}


class Wide:
    """A catalog of one wide table."""

    def columns(self, table: str) -> dict[str, str] | None:
        """Its columns."""
        return {f"c{at}": "" for at in range(5_000)} if table == "wide" else None


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def test_a_few_hostile_texts_come_to_an_end(reader: Reader) -> None:
    assert [str(found) for dialect, text in texts(1, 100) if (found := reader.finding(dialect, text))] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, tries(6, 12)))
def test_many_hostile_texts_come_to_an_end(reader: Reader, seed: int) -> None:
    assert [str(found) for dialect, text in texts(seed, tries(500, 1_000)) if (found := reader.finding(dialect, text))] == []


@pytest.mark.parametrize("name", GROWING)
def test_columns_that_double_come_to_an_end(name: str) -> None:
    patient = Reader(seconds=8)  # processor time, which other work on the same cores may double
    found = patient.finding("duckdb", GROWING[name])
    patient.close()
    assert found is None


@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_is_looked_at_once(name: str) -> None:
    patient = Reader(seconds=8)
    found = patient.finding(*ENDLESS[name])
    patient.close()
    assert found is None


@pytest.mark.parametrize("name", sorted(BEYOND))
def test_columns_beyond_the_bounds_are_a_reason(name: str) -> None:
    lineage = analyse(Statement(GROWING[name], "duckdb"), NoSchemas())

    assert lineage.status in ("partial", "failed")
    assert lineage.reasons[0].code == "work-budget"
    assert lineage.reasons[0].line == 1


def test_what_people_write_over_wide_tables_is_within_the_bounds() -> None:
    steps = ", ".join(f"s{at + 1} as (select * from s{at})" for at in range(40))
    chain = f"create table u as with s0 as (select * from wide), {steps} select * from s40"
    unions = "create table u as " + " union all ".join(["select * from wide"] * 30)
    joined = "create table u as select a.*, b.c1 as d from wide a join wide b on a.c0 = b.c0 join wide c on c.c0 = a.c0"
    script = ";".join(f"create table u{at} as select c{at}, c{at + 1} from wide" for at in range(1_000))

    for text in (chain, unions, joined, script):
        assert analyse(Statement(text, "duckdb"), Wide()).status == "complete"
