from __future__ import annotations

from headwater.capture.sql.analysis import analyse_shape
from headwater.capture.sql.cache import Cache, Holds, remembered, shape_of
from headwater.model.lineage import Mentions, Statement
from tests.unit.capture.sql.reading import SCHEMAS, Catalog

ONE, OTHER = "'hw:str:aaaaaaaaaaaaaaaa'", "'hw:str:bbbbbbbbbbbbbbbb'"
SQL = "SELECT a FROM t WHERE b = {}"


class Counting(Catalog):
    """A catalog that counts what it is asked while a statement is read; a cache that knows the statement asks once per table."""

    def __init__(self) -> None:
        super().__init__(SCHEMAS)
        self.asked: list[str] = []

    def columns(self, table: str) -> dict[str, str] | None:
        """As the catalog says."""
        self.asked.append(table)
        found = super().columns(table)
        return dict(found) if found is not None else None


def knowing(**tables: tuple[str, ...]) -> Holds:
    """Whether these, and the tests' catalog for others, are what was asked."""
    known = {table: tuple((name, "") for name in names) for table, names in {**SCHEMAS, **tables}.items()}
    return lambda asked: all(known.get(table) == columns for table, columns in asked)


known = knowing()


def test_another_value_is_no_other_shape_but_another_fingerprint() -> None:
    cache, catalog = Cache(), Counting()
    first, second = (remembered(Statement(SQL.format(token), "duckdb"), catalog, cache) for token in (ONE, OTHER))
    assert len(cache) == 1
    assert first.edges is second.edges
    assert first.fingerprint != second.fingerprint
    assert remembered(Statement(SQL.format(ONE), "duckdb"), catalog, cache) == first


def test_which_tokens_are_equal_belongs_to_a_shape() -> None:
    def shape(*tokens: str) -> object:
        return shape_of(Statement("SELECT {} = {}".format(*tokens)))[0]

    assert shape(ONE, ONE) == shape(OTHER, OTHER)
    assert shape(ONE, OTHER) == shape(OTHER, ONE)
    assert shape(ONE, ONE) != shape(ONE, OTHER)
    assert shape(ONE, ONE) != shape(ONE.replace("str", "num"), ONE.replace("str", "num"))


def test_dialect_and_defaults_belong_to_a_shape() -> None:
    statements = [Statement(SQL), Statement(SQL, "duckdb"), Statement(SQL, None, "c"), Statement(SQL, None, None, "s")]
    assert len({shape_of(statement)[0] for statement in statements}) == 4


def test_another_schema_of_a_table_read_is_another_reading_and_of_one_not_read_is_not() -> None:
    cache, statement = Cache(), Statement("SELECT * FROM t")
    plain = remembered(statement, Catalog(SCHEMAS), cache)
    assert cache.find(statement, known) == plain
    assert cache.find(statement, knowing(u=("new",))) == plain
    assert cache.find(statement, knowing(t=("b", "a", "id"))) is None
    assert len(remembered(statement, Catalog({**SCHEMAS, "t": ("z",)}), cache).edges) == 1
    assert cache.find(statement, known) == plain


def test_a_text_whose_token_is_a_name_is_kept_for_itself() -> None:
    cache, catalog = Cache(), Catalog(SCHEMAS)
    texts = [f"CREATE TABLE n AS SELECT a AS {token} FROM t" for token in (ONE, OTHER)]
    found = [remembered(Statement(text, "duckdb"), catalog, cache) for text in texts]
    assert [edge.target_column for lineage in found for edge in lineage.edges] == [token.strip("'") for token in (ONE, OTHER)]
    assert cache.find(Statement(texts[1], "duckdb"), known) == found[1]


def test_a_schema_that_knows_a_column_called_like_a_token_counts_for_one_text() -> None:
    tables = {**SCHEMAS, "t": ("a", ONE.strip("'"))}
    cache, texts = Cache(), [f"INSERT INTO w (p) SELECT t.{token} FROM t" for token in (ONE, OTHER)]
    found = [remembered(Statement(text, "duckdb"), Catalog(tables), cache).status for text in texts]
    assert found == ["complete", "partial"]


def test_tables_are_told_by_shape_unless_a_token_is_one() -> None:
    cache = Cache()
    one, other = (Statement(SQL.format(token)) for token in (ONE, OTHER))
    assert cache.mentions(one) is None
    cache.keep_mentions(one, Mentions(("t",)))
    assert cache.mentions(other) == Mentions(("t",))
    file, another = (Statement(f"SELECT * FROM {token}") for token in (ONE, OTHER))
    cache.keep_mentions(file, Mentions((ONE.strip("'"),)))
    assert (cache.mentions(file), cache.mentions(another)) == (Mentions((ONE.strip("'"),)), None)


def test_the_least_recently_used_goes_first_and_the_size_stays_bounded() -> None:
    cache = Cache(capacity_bytes=20_000)
    statements = [Statement(f"SELECT a FROM t WHERE b = {number}") for number in range(100)]
    for statement in statements:
        remembered(statement, Catalog(SCHEMAS), cache)
        assert cache.find(statements[0], known) is not None
        assert cache.size_bytes <= 20_000
    assert 2 < len(cache) < 20
    assert cache.find(statements[1], known) is None


def test_only_so_many_readings_of_one_shape_are_kept() -> None:
    cache, statement = Cache(), Statement("SELECT * FROM t")
    for number in range(50):
        remembered(statement, Catalog({"t": (f"c{number}",)}), cache)
    assert cache.size_bytes < 20_000
    assert cache.find(statement, knowing(t=("c49",))) is not None
    assert cache.find(statement, knowing(t=("c1",))) is None


def test_a_known_statement_asks_for_the_tables_it_names_only() -> None:
    cache, catalog = Cache(), Counting()
    for _ in range(2):
        catalog.asked = []
        remembered(Statement("SELECT a, x FROM t JOIN u USING (id)", "duckdb"), catalog, cache)
    assert catalog.asked == ["t", "u"]


def test_a_text_nobody_can_read_is_remembered_too() -> None:
    cache = Cache()
    for token in (ONE, OTHER):
        statement = Statement(f"SELECT (( {token}", "duckdb")
        assert remembered(statement, Catalog(SCHEMAS), cache) == analyse_shape(statement, Catalog(SCHEMAS)).lineage
    assert len(cache) == 1
