from __future__ import annotations

import pytest

from headwater.capture.sql.adapter import grammar_of
from headwater.capture.sql.names import Defaults
from headwater.capture.sql.queries.queries import relation_of
from headwater.capture.sql.scripts.reading import steps_of
from headwater.capture.sql.scripts.steps import Block, Branches, Handler, Loop, Plain, Step
from headwater.capture.sql.session import Session
from tests.unit.capture.sql.reading import Catalog, codes, read


def outline(step: Step) -> object:
    """A step as nested names."""
    if isinstance(step, Plain):
        return step.tokens[0].text.lower()
    if isinstance(step, Block):
        return ["block", *(outline(each) for each in step.steps), *(["handler", *map(outline, each)] for each in step.handlers)]
    if isinstance(step, Branches):
        arms = [[outline(each) for each in body] for _, body in step.arms]
        return ["if", *arms, *([] if step.otherwise is None else [["else", *map(outline, step.otherwise)]])]
    if isinstance(step, Loop):
        return ["loop", *step.names, *map(outline, step.body)]
    if isinstance(step, Handler):
        return ["handler", *map(outline, step.body)]
    return ["routine", step.name, *step.parameters, *map(outline, step.body)]


def shape(sql: str, dialect: str) -> list[object]:
    grammar = grammar_of(dialect)
    assert grammar is not None
    session = Session(sql, grammar, Catalog({}), Defaults(), relation_of)
    found = [outline(step) for step in steps_of(grammar.tokens(sql), session)]
    assert not session.report.reasons
    return found


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("duckdb", "SELECT 1; ; SELECT ';' -- ;\n; /* ; */", ["select", "select"]),
        ("postgres", "BEGIN; SELECT 1; END; BEGIN TRANSACTION; COMMIT", ["begin", "select", "end", "begin", "commit"]),
        ("bigquery", "BEGIN SELECT 1; EXCEPTION WHEN ERROR THEN SELECT 2; END", [["block", "select", ["handler", "select"]]]),
        (
            "bigquery",
            "IF a THEN SELECT 1; ELSEIF b THEN SELECT 2; ELSE SELECT 3; END IF",
            [["if", ["select"], ["select"], ["else", "select"]]],
        ),
        ("bigquery", "IF CASE WHEN a THEN b END THEN SELECT 1; END IF; SELECT 2", [["if", ["select"]], "select"]),
        ("bigquery", "CASE x WHEN 1 THEN SELECT 1; ELSE SELECT 2; END CASE", [["if", ["select"], ["else", "select"]]]),
        ("bigquery", "WHILE x DO SELECT 1; END WHILE; LOOP LEAVE; END LOOP", [["loop", "select"], ["loop", "leave"]]),
        (
            "bigquery",
            "REPEAT SELECT 1; UNTIL x END REPEAT; FOR r IN (SELECT 1) DO SELECT 2; END FOR",
            [["loop", "select"], ["loop", "r", "select"]],
        ),
        ("mysql", "l: LOOP SET x = 1; END LOOP l; SELECT 1", [["loop", "set"], "select"]),
        (
            "mysql",
            "BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '42', NOT FOUND SET x = 1; SELECT 1; END",
            [["block", ["handler", "set"], "select"]],
        ),
        (
            "tsql",
            "IF @a = 1 SELECT 1 ELSE IF @b = 2 BEGIN SELECT 2 SELECT 3 END ELSE SELECT 4",
            [["if", ["select"], ["else", ["if", [["block", "select", "select"]], ["else", "select"]]]]],
        ),
        (
            "tsql",
            "BEGIN TRY SELECT 1 END TRY BEGIN CATCH SELECT 2; THROW END CATCH SELECT 3",
            [["block", "select", ["handler", "select", "throw"]], "select"],
        ),
        ("tsql", "WHILE @a < 3 BEGIN SET @a = 4 END", [["loop", ["block", "set"]]]),
        ("tsql", "SELECT 1\nGO\nSELECT 2\nGO 5\n", ["select", "go", "select", "go"]),
        ("oracle", "DECLARE a NUMBER; BEGIN NULL; END;\n/\nSELECT a /\nb FROM t\n/", [["block", "a", ["block", "null"]], "select"]),
        ("snowflake", "DECLARE a INT; b INT; BEGIN SELECT 1; END", [["block", "a", "b", ["block", "select"]]]),
        ("postgres", "DO $$ <<x>> BEGIN NULL; END x $$; SELECT 1", [["block", ["block", "null"]], "select"]),
        (
            "mysql",
            "CREATE PROCEDURE p(IN a INT, b INT) BEGIN SELECT a; END; SELECT 1",
            [["routine", "p", "a", "b", ["block", "select"]], "select"],
        ),
        ("tsql", "CREATE PROC d.p @a INT = 1, @b INT AS SELECT @a SELECT @b", [["routine", "p", "@a", "@b", "select", "select"]]),
        (
            "oracle",
            "CREATE PROCEDURE p (a IN NUMBER) IS b NUMBER; BEGIN NULL; END p;\n/\nSELECT 1 FROM t",
            [["routine", "p", "a", ["block", "b", ["block", "null"]]], "select"],
        ),
        ("snowflake", "CREATE TASK k SCHEDULE = 'x' AS SELECT 1; SELECT 2", [["routine", "k", "select"], "select"]),
    ],
)
def test_texts_are_cut_into_steps(dialect: str, sql: str, expected: list[object]) -> None:
    assert shape(sql, dialect) == expected


@pytest.mark.parametrize(
    ("dialect", "sql", "place"),
    [
        ("tsql", "SELECT 1\nBEGIN SELECT a FROM t", (2, 1)),
        ("tsql", "SELECT 1\nEND SELECT a FROM t", (2, 1)),
        ("bigquery", "SELECT 1;\nIF TRUE THEN SELECT a FROM t;", (2, 1)),
        ("bigquery", "BEGIN SELECT 1; END; END", (1, 22)),
        ("bigquery", "WHILE x SELECT 1; END WHILE", (1, 7)),
        ("mysql", "CREATE PROCEDURE p() BEGIN SELECT a FROM t;", (1, 22)),
    ],
)
def test_a_block_that_does_not_fit_is_said_with_its_place(dialect: str, sql: str, place: tuple[int, int]) -> None:
    reasons = read(sql, dialect).reasons
    assert place in [(reason.line, reason.column) for reason in reasons if reason.code == "parse-error"]


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("tsql", "BEGIN " * 5_000),
        ("tsql", "IF 1 = 1 " * 5_000 + "SELECT 1"),
        ("bigquery", "IF TRUE THEN " * 5_000 + "SELECT 1;" + "END IF;" * 5_000),
        ("bigquery", "FOR x IN (SELECT 1) DO " * 5_000),
        ("mysql", "CREATE PROCEDURE p() BEGIN " * 500),
        ("postgres", "".join(f"DO $a{at}$ BEGIN " for at in range(80)) + "NULL;" + "".join(f" END $a{at}$;" for at in reversed(range(80)))),
    ],
)
def test_blocks_nested_without_measure_are_refused(dialect: str, sql: str) -> None:
    assert "nesting-too-deep" in codes(sql, dialect)


@pytest.mark.parametrize("sql", ["DECLARE x INT; " * 5_000, "END; " * 5_000, "CASE WHEN " * 5_000, "WITH x ( " * 5_000])
def test_long_nonsense_ends_soon_and_gives_no_edges(sql: str) -> None:
    for dialect in ("postgres", "tsql", "bigquery"):
        lineage = read(sql, dialect)
        assert lineage.edges == ()
        assert lineage.status == "complete" or lineage.reasons


def test_ten_thousand_statements_are_followed_with_and_without_semicolons() -> None:
    assert len(read(";".join(["INSERT INTO w SELECT a, b FROM t"] * 10_000)).edges) == 2
    assert len(read(" ".join(["INSERT INTO w SELECT a, b FROM t"] * 2_000), "tsql").edges) == 2
