"""Which column a name means: tables at hand, tables around a subquery, aliases of outputs, fields of structs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from headwater.capture.sql.adapter import Expr, Grammar, exp
from headwater.capture.sql.names import start_of
from headwater.capture.sql.queries.influences import (
    NOTHING,
    UNPLACED,
    Influence,
    Influences,
    Relation,
    passed_through,
    placed,
    rows_of,
    union,
)
from headwater.capture.sql.queries.variables import held_by_name
from headwater.capture.sql.session import Session
from headwater.capture.sql.words.clauses import words
from headwater.capture.sql.words.measures import MEMBER
from headwater.model.lineage import Kind

_PLACES = {
    "clickhouse": words("_file _path"),
    "bigquery": words("_partitiondate _partitiontime _table_suffix"),
    "duckdb": words("file_row_number merge_action rowid"),
    "exasol": words("rowid rownum"),
    "hive": words("block__offset__inside__file input__file__name"),
    "oracle": words("rowid rownum"),
    "postgres": words("cmax cmin ctid tableoid xmax xmin"),
    "presto": words("$bucket $file_modified_time $file_size $partition $path"),
    "snowflake": words(
        "metadata$action metadata$file_content_key metadata$file_last_modified metadata$file_row_number metadata$filename "
        "metadata$isupdate metadata$row_id metadata$start_scan_time"
    ),
    "sqlite": words("_rowid_ oid rowid"),
    "tsql": words("$action"),
}
_AS_IN = {
    "athena": "presto",
    "databricks": "hive",
    "dune": "presto",
    "fabric": "tsql",
    "spark": "hive",
    "spark2": "hive",
    "trino": "presto",
}


def _is_pseudo(column: str, dialect: str) -> bool:
    """Whether tables of a dialect have a column of this name without listing it, which tells of the row's place only."""
    return column.lower() in _PLACES.get(_AS_IN.get(dialect, dialect), ())


class Aliases(Enum):
    """How a clause treats names of outputs beside names of columns."""

    HIDDEN = auto()
    AFTER_COLUMNS = auto()
    """Columns first; a table of unknown schema leaves doubt."""
    MIXED = auto()
    """GROUP BY and HAVING: engines differ, so both count where both exist."""
    BESIDE_COLUMNS = auto()
    """ClickHouse, where a setting says which: both count where both exist, and a table of unknown schema leaves doubt."""
    FIRST = auto()
    """ORDER BY with a bare name."""


def beside_columns(grammar: Grammar) -> Aliases:
    """How outputs and WHERE treat names of outputs."""
    if grammar.name == "clickhouse":
        return Aliases.BESIDE_COLUMNS
    return Aliases.AFTER_COLUMNS if grammar.lateral_aliases else Aliases.HIDDEN


class Scope:
    """The names one SELECT (or DML statement) can use, and what its clauses gathered for all of its rows."""

    __slots__ = (
        "aliases",
        "aliases_rule",
        "bound",
        "ctes",
        "expanded",
        "hidden",
        "listed",
        "merged",
        "met_columns",
        "named_values",
        "parent",
        "pseudo",
        "relations",
        "rows",
        "session",
        "used",
        "windows",
    )

    def __init__(self, session: Session, ctes: Mapping[str, Relation], parent: Scope | None = None) -> None:
        self.session = session
        self.ctes = ctes
        self.parent = parent
        self.relations: list[Relation] = []
        self.hidden: list[Relation] = []
        """Relations that steer the rows but whose columns cannot be used: the right side of semi and anti joins."""
        self.named_values: dict[str, Influences] = {}
        """Values that WITH names; they win over columns."""
        self.pseudo: frozenset[str] = frozenset()
        """Columns that rows have of themselves here, before any table's."""
        self.listed = False
        """Whether FROM lists several items by commas."""
        self.merged: dict[str, Influences] = {}
        self.aliases: dict[str, Influences] = {}
        self.aliases_rule = Aliases.HIDDEN
        self.windows: dict[str, Expr] = {}
        self.bound: Mapping[str, Influences] = {}
        """Names that a lambda or comprehension being read binds, with what is known to reach each."""
        self.used: set[str] = set()
        """Those of them that were read."""
        self.rows: Influences = {}
        self.met_columns: Expr | None = None
        """The COLUMNS that the expression read last holds."""
        self.expanded: Influences | None = None
        """The column that COLUMNS stands for at the moment."""

    def presence(self) -> frozenset[str]:
        """Tables whose rows make up this scope's rows."""
        return frozenset().union(*[relation.presence for relation in (*self.relations, *self.hidden)])

    def forget_met_columns(self) -> Expr | None:
        """The COLUMNS met since this was asked last."""
        met, self.met_columns = self.met_columns, None
        return met

    def subquery(self, query: Expr) -> Relation:
        """What a query inside an expression of this scope gives; it sees this scope's names."""
        steps = self.session.steps
        before, kept = steps.held, steps.kept
        relation = self.session.relation_of(query, self.session, self.ctes, self)
        steps.held = before + steps.kept - kept
        return relation

    def resolve(self, column: Expr) -> Influences:
        """What reaches the column (or field, or whole row) that a name means; reports a gap where that is not sure."""
        is_bare = column.args.get("table") is None
        if self.session.variables or self.session.records:
            held = held_by_name(self, _parts(column), column)
            if held is not None:
                return placed(held, start_of(column))
        if is_bare:
            return placed(self._unqualified(column.name, column), start_of(column))
        return placed(self._qualified(_parts(column), column), start_of(column))

    def by_number(self, number: int, qualifier: str, node: Expr) -> Influences:
        """The column at a position, counted from one over a relation or over all of FROM."""
        relation = self._relation([qualifier]) if qualifier else None
        relations = [relation] if relation is not None else self.relations
        columns = [found for each in relations for _, found in each.top_level()]
        if any(each.is_open for each in relations):
            if len(relations) != 1:
                self.session.gap(relations[0].open_code, relations[0].open_name, node)
            return union([each.shining_through(f"${number}") for each in relations])
        if not 0 < number <= len(columns):
            self.session.gap("unknown-column", f"${number}", node)
            return NOTHING
        return columns[number - 1]

    def has_relation(self, star: Expr) -> bool:
        """Whether `name.*` names something in FROM rather than a struct."""
        return self._relation([star.text("table")]) is not None

    def may_be_column(self, path: list[str]) -> bool:
        """Whether a dotted name may begin with a relation or column at hand."""
        level: Scope | None = self
        while level is not None:
            if any(each.name == path[0] or each.is_open or each.spelling(path[0]) is not None for each in level.relations):
                return True
            level = level.parent
        return False

    def fields_under(self, column: Expr) -> list[tuple[str, Influences]]:
        """The fields listed below a column or a field of it, by what is left of their path."""
        relation, path = self._place(column)
        return [(name, placed(found, start_of(column))) for name, found in relation.fields_below(path)] if relation is not None else []

    def field(self, column: Expr, keys: list[str]) -> Influences | None:
        """A field below a column, where it is listed."""
        relation, path = self._place(column)
        found = relation.field([*path, *keys]) if relation is not None else None
        return None if found is None else placed(found, start_of(column))

    def type_under(self, column: Expr) -> str | None:
        """The type of a stored column as its schema writes it, empty where it writes none; None where the column is not known."""
        relation, path = self._place(column)
        if relation is None or relation.table is None or relation.open_tables:
            return None
        name = relation.spelling(".".join(path))
        return None if name is None else self.session.type_of(relation.table, name)

    def _place(self, column: Expr) -> tuple[Relation | None, list[str]]:
        """The relation a column stands in for certain, and its path there."""
        parts = [part for part in (column.text("catalog"), column.text("db"), column.text("table"), column.name) if part]
        for length in range(len(parts) - 1, 0, -1):
            relation = self._relation(parts[:length])
            if relation is not None:
                return relation, parts[length:]
        level: Scope | None = self
        while level is not None:
            holding = [relation for relation in level.relations if relation.spelling(parts[0]) is not None]
            if holding or any(relation.is_open for relation in level.relations):
                return (holding[0] if len(holding) == 1 and parts[0] not in level.merged else None), parts
            level = level.parent
        return None, parts

    def whole(self, qualifier: str, node: Expr) -> Relation | None:
        """The relation of `name.*`; None (and a gap) where there is none."""
        relation = self._relation([qualifier])
        if relation is None:
            self.session.gap("unknown-column", f"{qualifier}.*", node)
        return relation

    def _qualified(self, parts: list[str], node: Expr) -> Influences:
        for length in range(len(parts) - 1, 0, -1):
            relation = self._relation(parts[:length])
            if relation is not None:
                field = relation.field(parts[length:])
                if field is not None:
                    return field
                found = self._of_relation(relation, parts[length], node)
                return found if length == len(parts) - 1 else _member_of(found)
        fields = [field for relation in self.relations if (field := relation.field(parts)) is not None]
        if len(fields) == 1:
            return fields[0]
        return _member_of(self._unqualified(parts[0], node))

    def _relation(self, path: list[str]) -> Relation | None:
        """The nearest relation of this name; with a qualifier, a stored table whose dotted name ends so."""
        level: Scope | None = self
        while level is not None:
            for relation in level.relations:
                if relation.name == path[-1] and (
                    len(path) == 1 or (relation.table is not None and f".{relation.table}".endswith("." + ".".join(path)))
                ):
                    return relation
            level = level.parent
        return None

    def _of_relation(self, relation: Relation, column: str, node: Expr) -> Influences:
        found = relation.find(column)
        if found is not None:
            return found
        if _is_pseudo(column, self.session.grammar.name):
            here = rows_of(relation.presence, Kind.TRANSFORMATION)
            return here if _is_place(column) else here | relation.shining_through(column)
        if len(relation.open_tables) > 1:
            self.session.gap("ambiguous-column", column, node)
        if relation.is_open:
            return relation.shining_through(column)
        itself = relation.find(relation.name)
        if itself is not None:
            return _member_of(itself)  # the alias of a maker of rows names its column too, and this is a field
        self.session.gap("unknown-column", f"{relation.name}.{column}", node)
        return NOTHING if relation.table is None else {Influence(relation.table, column, Kind.IDENTITY): UNPLACED}

    def _unqualified(self, name: str, node: Expr) -> Influences:
        alias = self.aliases.get(name) if self.aliases_rule is not Aliases.HIDDEN else None
        if alias is not None and self.aliases_rule is Aliases.FIRST:
            return alias
        if self.pseudo and name.upper() in self.pseudo:
            return rows_of(self.presence(), Kind.TRANSFORMATION)
        guesses: list[Influences] = []
        level: Scope | None = self
        while level is not None:
            self.session.steps.spend(len(level.relations))
            if level.named_values and name in level.named_values:
                return level.named_values[name]
            known = level._known(name, node)
            if known is None and level.session.proves:
                known = level._proven(name)
            if known is not None:
                if level is self and alias is not None and self.aliases_rule in (Aliases.MIXED, Aliases.BESIDE_COLUMNS):
                    known = known | alias
                return self._settle([*guesses, known], name, node)
            shining = [relation.shining_through(name) for relation in level.relations if relation.is_open]
            if level is self and alias is not None:
                if self.aliases_rule is Aliases.MIXED:
                    return alias
                proven = {(each.table, each.column) for each in alias}
                column = [each for each in shining if each and all((one.table, one.column) in proven for one in each)]
                return self._settle(column or [alias, *shining], name, node)
            guesses += shining
            level = level.parent
        if _is_pseudo(name, self.session.grammar.name):
            return union([rows_of(self.presence(), Kind.TRANSFORMATION), *(() if _is_place(name) else guesses)])
        return self._settle(guesses, name, node) if guesses else self._unknown(name, node)

    def _known(self, name: str, node: Expr) -> Influences | None:
        """The column among relations whose columns are known, or a whole row where the name is a relation's."""
        if name in self.merged:
            return self.merged[name]
        found = [each for each in [relation.find(name) for relation in self.relations] if each is not None]
        if len(found) > 1:
            self.session.gap("ambiguous-column", name, node)
        if found:
            return found[0] if len(found) == 1 else union(found)
        for relation in self.relations:
            if relation.name == name and relation.open_tables:
                self.session.gap("ambiguous-column", name, node)
            elif relation.name == name:
                return passed_through(relation.everything(), Kind.TRANSFORMATION)
        return None

    def _proven(self, name: str) -> Influences | None:
        """The column of the one table at hand that has it for certain, though others are not known: no other table may have it."""
        having = [each for each in self.relations if each.open_tables and self.session.is_proven(each.table, name)]
        return having[0].shining_through(name) if len(having) == 1 else None

    def _settle(self, candidates: list[Influences], name: str, node: Expr) -> Influences:
        if len(candidates) == 1:
            if _has_several_tables(candidates[0]) and self._is_guess() and not self._is_known(name):
                self.session.gap("ambiguous-column", name, node)
            return candidates[0]
        if any(each.keys() != candidates[0].keys() for each in candidates):
            self.session.gap("ambiguous-column", name, node)
        return union(candidates)

    def _is_guess(self) -> bool:
        """Whether a relation at hand has several sources that each may have a column nobody lists."""
        level: Scope | None = self
        while level is not None:
            if any(len(relation.open_tables) + (relation.made_of is not None) > 1 for relation in level.relations):
                return True
            level = level.parent
        return False

    def _is_known(self, name: str) -> bool:
        """Whether several tables behind one candidate are its true ancestry rather than guesses among open tables."""
        level: Scope | None = self
        while level is not None:
            if name in level.merged or name in level.aliases or any(relation.find(name) is not None for relation in level.relations):
                return True
            level = level.parent
        return False

    def _unknown(self, name: str, node: Expr) -> Influences:
        """A column nobody has: with a single table it is taken to be that table's, whose schema may be behind."""
        self.session.gap("unknown-column", name, node)
        tables = [relation.table for relation in self.relations]
        if len(tables) == 1 and tables[0] is not None:
            return {Influence(tables[0], name, Kind.IDENTITY): UNPLACED}
        return NOTHING


def _member_of(found: Influences) -> Influences:
    return passed_through(found, Kind.TRANSFORMATION, measure=MEMBER)


def _is_place(name: str) -> bool:
    """Whether a name is the engine's word for a row's place and can be no column of the table's own."""
    return name.lower().startswith(("$", "block__", "input__", "metadata$", "_partition"))


def _has_several_tables(found: Influences) -> bool:
    tables = (each.table for each in found)
    first = next(tables, None)
    return any(table != first for table in tables)


def _parts(column: Expr) -> list[str]:
    return [part for part in (column.text("catalog"), column.text("db"), column.text("table"), column.name) if part]


def is_star(node: Expr) -> bool:
    """Whether a projection is `*` or `name.*`."""
    return isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star))
