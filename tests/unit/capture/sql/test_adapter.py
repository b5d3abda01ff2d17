from __future__ import annotations

import gc
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlglot
from sqlglot.dialects.dialect import Dialects
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

from headwater.capture.sql.adapter import COMPILED, Grammar, TokenType, deep_recursion, exp, grammar_of, uncollected
from headwater.capture.sql.reasons import Trouble


def duckdb() -> Grammar:
    grammar = grammar_of("duckdb")
    assert grammar is not None
    return grammar


def test_an_unknown_dialect_has_no_grammar() -> None:
    assert grammar_of("klingon") is None
    assert grammar_of("a, b = c; \x1b") is None


def test_no_dialect_is_a_grammar_of_its_own() -> None:
    grammar = grammar_of(None)
    assert grammar is not None and grammar.name == ""


def test_comments_are_gone_before_the_parser_sees_them() -> None:
    text = "SELECT A /* sqlglot.meta case_sensitive */ FROM T"
    tokens = duckdb().tokens(text)
    assert [token.token_type for token in tokens] == [TokenType.SELECT, TokenType.VAR, TokenType.FROM, TokenType.VAR]
    (tree,) = duckdb().trees(tokens, text)
    assert [name.name for name in tree.find_all(exp.Identifier)] == ["a", "t"]


@pytest.mark.parametrize("text", ["SELECT 'never", 'SELECT "never', "SELECT 1 /* never"])
def test_what_never_ends_is_trouble(text: str) -> None:
    with pytest.raises(Trouble) as caught:
        duckdb().trees(duckdb().tokens(text), text)
    assert caught.value.reason == "parse-error"


@pytest.mark.parametrize(
    ("dialect", "is_read"), [("postgres", False), ("tsql", False), ("mysql", False), ("duckdb", True), ("bigquery", True)]
)
def test_a_comma_before_from_is_refused_where_engines_refuse_it(dialect: str, is_read: bool) -> None:
    grammar, text = grammar_of(dialect), "SELECT a, FROM x"
    assert grammar is not None
    if is_read:
        assert len(grammar.trees(grammar.tokens(text), text)) == 1
        return
    with pytest.raises(Trouble) as caught:
        grammar.trees(grammar.tokens(text), text)
    assert (caught.value.reason, caught.value.offset) == ("parse-error", text.index(","))


def test_a_parse_error_has_a_place_and_repeats_no_value() -> None:
    text = "SELECT a\nFROM x y z 'secret'"
    with pytest.raises(Trouble) as caught:
        duckdb().trees(duckdb().tokens(text), text)
    assert caught.value.offset == text.index("z")
    assert "secret" not in str(caught.value) and "secret" not in caught.value.subject


@pytest.mark.parametrize(
    ("dialect", "text", "path"),
    [
        ("duckdb", "SELECT * FROM 'Data/X.csv'", "Data/X.csv"),
        ("duckdb", 'SELECT * FROM "s3://Bucket/Key"', "s3://Bucket/Key"),
        ("spark", "SELECT * FROM parquet.`/Data/Day`", "/Data/Day"),
    ],
)
def test_paths_keep_their_case(dialect: str, text: str, path: str) -> None:
    grammar = grammar_of(dialect)
    assert grammar is not None
    (tree,) = grammar.trees(grammar.tokens(text), text)
    table = tree.find(exp.Table)
    assert table is not None and isinstance(table.this, exp.Literal) and table.this.name == path


def test_folding_follows_the_dialect() -> None:
    snowflake = grammar_of("snowflake")
    assert snowflake is not None
    assert (snowflake.fold("Name"), duckdb().fold("Name")) == ("NAME", "name")


def test_the_recursion_limit_is_never_taken_from_another_thread() -> None:
    with deep_recursion():
        with deep_recursion():
            inside = sys.getrecursionlimit()
        assert sys.getrecursionlimit() == inside >= 10_000


@pytest.mark.slow
@pytest.mark.skipif(not COMPILED, reason="the compiled core is not installed, so the plain one is what all tests run on")
def test_the_plain_core_gives_identical_results(tmp_path: Path) -> None:
    package = Path(sqlglot.__file__).parent
    shutil.copytree(package, tmp_path / "sqlglot", ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    root = Path(__file__).parents[4]
    command = [sys.executable, "-m", "tests.unit.capture.sql.everything"]
    compiled, plain = (
        subprocess.run(command, cwd=root, env={"PYTHONPATH": path}, capture_output=True, check=True).stdout.splitlines()
        for path in (str(root), f"{tmp_path}:{root}")
    )
    assert (compiled[0], plain[0]) == (b"True", b"False")
    assert len(compiled) > 900
    assert compiled[1:] == plain[1:]


@pytest.mark.parametrize("dialect", [each.value or None for each in Dialects])
def test_names_are_folded_as_the_parser_folds_them(dialect: str | None) -> None:
    grammar = grammar_of(dialect)
    assert grammar is not None
    if dialect in ("doris", "mysql", "singlestore", "starrocks"):
        return  # columns there ignore case, which the parser does not know
    for name in ("Plain", "ÉTÉ", "İx", "straße", "K\N{KELVIN SIGN}", "snake_Case"):
        for quoted in (False, True):
            ours, theirs = (exp.Identifier(this=name, quoted=quoted) for _ in range(2))
            tree = exp.Select(expressions=[exp.Column(this=ours)])
            grammar._settle_names(tree)
            assert ours.name == normalize_identifiers(exp.Column(this=theirs), dialect=grammar.dialect).name


def test_paths_are_marked_before_anything_is_folded() -> None:
    grammar = grammar_of("databricks")
    assert grammar is not None
    (tree,) = grammar.trees(grammar.tokens("SELECT Aa FROM parquet.`/Data/X`"), "SELECT Aa FROM parquet.`/Data/X`")
    table, column = tree.find(exp.Table), tree.find(exp.Column)
    assert table is not None and column is not None
    assert (table.this, column.name, table.text("db")) == (exp.Literal.string("/Data/X"), "aa", "")


def test_the_collector_rests_while_a_statement_is_read_and_works_again_after() -> None:
    assert gc.isenabled()
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("called", "known"),
    [
        ("ansi", ""),
        ("SQL", ""),
        ("mssql", "tsql"),
        ("SQL Server", "tsql"),
        ("T-SQL", "tsql"),
        ("PostgreSQL", "postgres"),
        ("Spark-SQL", "spark"),
        ("Athena", "athena"),
        ("databricks", "databricks"),
        ("MariaDB", "mysql"),
        ("plsql", "oracle"),
        ("HiveQL", "hive"),
        ("BQ", "bigquery"),
        ("nobody's", None),
    ],
)
def test_dialects_go_by_the_names_people_call_them(called: str, known: str | None) -> None:
    grammar = grammar_of(called)
    assert (None if grammar is None else grammar.name) == known
