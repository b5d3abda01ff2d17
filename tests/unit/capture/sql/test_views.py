from __future__ import annotations

from collections.abc import Mapping

from headwater.capture.sql import ViewDefinition, analyse
from headwater.model.lineage import Statement, StatementLineage
from tests.unit.capture.sql.reading import SCHEMAS, Catalog, told

VIEWS = {
    "v": ViewDefinition("SELECT a AS k, b FROM t WHERE id > 1", columns=("k", "l")),
    "deep": ViewDefinition("SELECT k FROM v"),
    "own": ViewDefinition("SELECT k FROM own"),
    "here": ViewDefinition("SELECT k FROM there"),
    "there": ViewDefinition("SELECT k FROM here"),
    "broken": ViewDefinition("SELECT FROM FROM"),
    "other": ViewDefinition("SELECT TOP 3 [a] FROM t", "tsql"),
}


class Views(Catalog):
    """Tables, and views over them."""

    def view(self, table: str) -> ViewDefinition | None:
        """None for what is a table."""
        return VIEWS.get(table)


def read(sql: str, tables: Mapping[str, tuple[str, ...]] | None = None, *, through: bool = True) -> StatementLineage:
    return analyse(Statement(sql, "duckdb"), Views({**SCHEMAS, **(tables or {})}), through_views=through)


def test_a_view_is_a_dataset_of_its_own() -> None:
    lineage = read("SELECT k FROM v", {"v": ("k", "l")}, through=False)
    assert (told(lineage), lineage.sources) == ({"v.k -> k IDENTITY"}, ("v",))


def test_whoever_asks_looks_through_to_the_tables() -> None:
    expected = {"t.a -> k IDENTITY", "t.id -> * FILTER"}
    assert told(read("SELECT k FROM v")) == told(read("SELECT k FROM deep")) == expected
    assert read("SELECT k FROM deep").sources == ("deep", "t", "v")
    assert read("SELECT k FROM deep").status == "complete"


def test_a_view_in_another_dialect_is_read_in_it() -> None:
    assert "t.a -> a IDENTITY" in told(read("SELECT a FROM other"))


def test_views_in_a_circle_end_with_a_reason() -> None:
    for name in ("own", "here"):
        (reason,) = read(f"SELECT k FROM {name}").reasons
        assert (reason.code, reason.line) == ("cyclic-view", 1)


def test_a_view_that_cannot_be_read_stays_a_dataset() -> None:
    lineage = read("SELECT k FROM broken")
    assert ([reason.code for reason in lineage.reasons], lineage.sources) == (["parse-error"], ("broken",))


def test_a_table_made_in_the_text_hides_the_view_of_its_name() -> None:
    assert "v.k -> m.k IDENTITY" in told(read("CREATE TABLE v AS SELECT x AS k FROM u; CREATE TABLE m AS SELECT * FROM v"))


def test_a_catalog_without_views_needs_no_change() -> None:
    lineage = analyse(Statement("SELECT a FROM t", "duckdb"), Catalog(SCHEMAS), through_views=True)
    assert (lineage.status, told(lineage)) == ("complete", {"t.a -> a IDENTITY"})


def test_many_views_behind_each_other_are_refused() -> None:
    class Chain(Catalog):
        def view(self, table: str) -> ViewDefinition | None:
            return ViewDefinition(f"SELECT k FROM v{int(table[1:]) + 1}")

    lineage = analyse(Statement("SELECT k FROM v0", "duckdb"), Chain({}), through_views=True)
    assert [reason.code for reason in lineage.reasons] == ["nesting-too-deep"]
