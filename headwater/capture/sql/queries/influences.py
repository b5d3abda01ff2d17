"""What reaches a column or a set of rows, while a statement is read: sets of influences, and how they change on the way.

An influence names a base table's column (None: its rows as such), a kind as a small integer, the masking function met, and the measure
that is all that comes of the value.
A set of them is a mapping to the way each came: where the text reads the source, and through which functions. Mappings are never
changed once made; of two ways for one influence one is kept, so that their number stays that of the influences.
`Relation` is anything that stands in FROM: a table, a common table expression, a subquery.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from headwater.capture.sql.words import measures
from headwater.capture.sql.words.masking import can_be_undone, is_piece, is_truncation, stronger
from headwater.model.lineage import Kind, Measure


class Influence(NamedTuple):
    """One source and how it acts."""

    table: str
    column: str | None
    kind: int
    masking: str | None = None
    measure: Measure | None = None


class Way(NamedTuple):
    """Where in the text a source is read (negative: nowhere, as `*` does), and the functions around it, innermost first."""

    offset: int
    functions: tuple[str, ...] = ()


Influences = dict[Influence, Way]

NOTHING: Final[Influences] = {}
UNPLACED = Way(-1)
FUNCTIONS_TOLD = 16
"""Functions around one source that are told; a deeper nest is cut on the outside."""
LAST_DIRECT = int(Kind.AGGREGATION)
_AGGREGATION, _CONDITIONAL = int(Kind.AGGREGATION), int(Kind.CONDITIONAL)
"""Direct kinds are the integers up to this one; among them the greater one wins when they follow each other."""


def passed_through(
    found: Influences,
    kind: int,
    masking: str | None = None,
    functions: tuple[str, ...] = (),
    *,
    undone: bool = False,
    measure: Measure | None = None,
) -> Influences:
    """Influences after one more use: a direct use adds up with the ones before, an indirect one replaces them.

    `undone` ends the masks that this use takes off again; the one that it puts on, `masking`, stands. `measure` is all it lets through.
    """
    if kind > LAST_DIRECT:
        return {Influence(each.table, each.column, kind): way for each, way in found.items()}
    if kind == Kind.IDENTITY and masking is None and measure is None and not functions:
        return found
    if undone:
        found = {
            each._replace(masking=None) if each.masking is not None and can_be_undone(each.masking) else each: way
            for each, way in found.items()
        }
    if measure is not None:
        found = _measured(found, measure)
    return {
        Influence(each.table, each.column, max(each.kind, kind), stronger(each.masking, masking), each.measure)
        if each.kind <= LAST_DIRECT
        else each: Way(way.offset, (way.functions + functions)[:FUNCTIONS_TOLD]) if functions and each.kind <= LAST_DIRECT else way
        for each, way in found.items()
    }


def _measured(found: Influences, measure: Measure) -> Influences:
    """Influences of which only a measure comes through.

    A total says little less than a value where it need not mix the rows of its group: where a condition chooses among them, or where
    an aggregate gave back one value of each part of the group.
    """
    if measure == measures.TOTAL and any(each.kind == _CONDITIONAL for each in found):
        return found
    return {
        each
        if each.kind > LAST_DIRECT or (measure == measures.TOTAL and each.kind == _AGGREGATION)
        else each._replace(measure=measures.stronger(each.measure, measure)): way
        for each, way in found.items()
    }


def without_measures(found: Influences, among: Container[Measure | None] = measures.OF_GROUPS) -> Influences:
    """Influences of which none of these measures counts: of rows that are no whole group; a member stays one."""
    return {each._replace(measure=None) if each.measure in among else each: way for each, way in found.items()}


def rows_of(tables: Iterable[str], kind: int, way: Way = UNPLACED, measure: Measure | None = None) -> Influences:
    """The influence of tables by the presence of their rows alone."""
    return {Influence(table, None, kind, None, measure): way for table in tables}


def union(parts: Iterable[Influences]) -> Influences:
    """All influences of several sets."""
    whole: Influences = {}
    for part in parts:
        whole.update(part)
    return whole


def without_truncation(found: Influences, sources: Container[tuple[str, str | None]] | None = None) -> Influences:
    """Influences of which no truncation counts as a mask, or none on these sources."""
    return {
        each._replace(masking=None)
        if each.masking is not None and is_truncation(each.masking) and (sources is None or (each.table, each.column) in sources)
        else each: way
        for each, way in found.items()
    }


def side_by_side(parts: Iterable[Influences]) -> Influences:
    """All influences of columns that one value shows together: pieces of a source in more than one of them hide nothing."""
    whole: Influences = {}
    once: set[tuple[str, str | None]] = set()
    twice: set[tuple[str, str | None]] = set()
    for part in parts:
        whole.update(part)
        pieces = {
            (each.table, each.column) for each in part if each.masking is not None and each.kind <= LAST_DIRECT and is_piece(each.masking)
        }
        twice |= once & pieces
        once |= pieces
    return without_truncation(whole, twice) if twice else whole


def placed(found: Influences, offset: int) -> Influences:
    """The same influences, read at this place unless they were read somewhere before."""
    if offset < 0:
        return found
    for way in found.values():
        if way.offset < 0 and not way.functions:
            here = Way(offset)
            return {each: here if way.offset < 0 and not way.functions else way for each, way in found.items()}
    return found


class Relation:
    """Rows with named columns, each with what reaches it.

    `outputs` are the known columns in order. `open_tables` are tables of unknown schema whose columns shine through a `*`:
    then a name that is not among the outputs may be a column of theirs, and positions mean nothing.
    `made_of` is the same for rows that a function makes: what reaches any column it may have.
    `rows` reaches every row; `presence` are the tables whose rows these rows are made of.
    """

    __slots__ = (
        "_folded",
        "_has_fields",
        "_index",
        "fields",
        "made_of",
        "name",
        "named",
        "offset",
        "open_tables",
        "outputs",
        "presence",
        "rows",
        "table",
    )

    def __init__(
        self,
        name: str,
        outputs: Sequence[tuple[str, Influences]],
        *,
        open_tables: tuple[str, ...] = (),
        rows: Influences = NOTHING,
        presence: frozenset[str] = frozenset(),
        table: str | None = None,
        named: Sequence[bool] | None = None,
        made_of: Influences | None = None,
        fields: Mapping[str, Influences] | None = None,
    ) -> None:
        self.name = name
        self.outputs = outputs
        self.open_tables = open_tables
        self.rows = rows
        self.presence = presence
        self.table = table
        """The dotted name, where this is a stored table itself."""
        self.made_of = made_of
        self.offset = -1
        """Where FROM names it; negative where it does not."""
        self.named = named
        """Which outputs were given their name by the statement, where that matters; None means all."""
        self.fields = fields
        """Fields of outputs that are structs, by dotted path in lower case, where a query lists them; a stored table's are outputs."""
        self._index: dict[str, Influences] = {}
        self._folded: dict[str, str | None] = {}
        self._has_fields = False
        for column, found in outputs:
            before = self._index.get(column)
            self._index[column] = found if before is None else before | found
            if before is None:
                key = column.lower()
                self._folded[key] = None if key in self._folded else column
                self._has_fields |= table is not None and "." in column

    def renamed(self, name: str, offset: int = -1) -> Relation:
        """The same rows under another name, brought in at this place."""
        other = Relation.__new__(Relation)
        for slot in Relation.__slots__:
            setattr(other, slot, getattr(self, slot))
        other.name, other.offset = name, offset
        return other

    def spelling(self, column: str) -> str | None:
        """The column's name as this relation spells it: exact, else the only one that differs by case alone; None for no such column."""
        if column in self._index:
            return column
        return self._folded.get(column.lower())

    def find(self, column: str) -> Influences | None:
        """What reaches a known column; None where there is no such column. Fields of a struct come with it."""
        found = self._index.get(column)
        if found is not None and not self._has_fields:
            return found
        known = column if found is not None else self._folded.get(column.lower())
        if known is None:
            return None
        found = self._index[known]
        if self._has_fields:
            found = union([found, *(fields for name, fields in self.outputs if name.startswith(f"{known}."))])
        return found

    def field(self, path: Sequence[str]) -> Influences | None:
        """What reaches a field of a struct that the schema lists: itself and the structs around it; None where it is not listed."""
        if self.fields:
            whole = self.fields.get(".".join(path).lower())
            return whole if whole is None else union([*(found for _, found in self.fields_below(path)), whole])
        if not self._has_fields:
            return None
        known = [self.spelling(".".join(path[:length])) for length in range(1, len(path) + 1)]
        if len(path) < 2 or known[-1] is None:
            return None
        around = [passed_through(self._index[name], Kind.TRANSFORMATION) for name in known[:-1] if name is not None]
        below = [found for name, found in self.outputs if name.startswith(f"{known[-1]}.")]
        return union([*below, self._index[known[-1]], *around])

    def fields_below(self, path: Sequence[str]) -> list[tuple[str, Influences]]:
        """The fields listed below a column or field, by what is left of their path."""
        if self.fields:
            start = f"{'.'.join(path)}.".lower()
            return [(name[len(start) :], found) for name, found in self.fields.items() if name.startswith(start)]
        known = self.spelling(".".join(path)) if self._has_fields else None
        if known is None:
            return []
        names = [name for name, _ in self.outputs if name.startswith(f"{known}.")]
        return [(name[len(known) + 1 :], self.field(name.split(".")) or NOTHING) for name in names]

    def all_fields(self) -> dict[str, Influences]:
        """All fields listed below any column, by dotted path in lower case."""
        if self.fields or not self._has_fields:
            return dict(self.fields or {})
        return {name.lower(): self.field(name.split(".")) or NOTHING for name, _ in self.outputs if "." in name}

    @property
    def has_fields(self) -> bool:
        """Whether fields of any column are listed."""
        return self._has_fields or bool(self.fields)

    @property
    def is_open(self) -> bool:
        """Whether there may be columns beside the outputs."""
        return bool(self.open_tables) or self.made_of is not None

    @property
    def open_name(self) -> str:
        """What to call the part that is not known."""
        only_at_run = "columns that only a run names"
        return self.open_tables[0] if self.open_tables else only_at_run if self.presence else self.name or only_at_run

    @property
    def open_code(self) -> str:
        """Why a part is not known: nobody told of a table's columns, or values and functions decide over them when it runs."""
        return "star-without-schema" if self.open_tables else "columns-known-when-run"

    def shining_through(self, column: str) -> Influences:
        """What reaches a column that is not among the outputs of an open relation."""
        return {Influence(table, column, Kind.IDENTITY): UNPLACED for table in self.open_tables} | (self.made_of or NOTHING)

    def everything(self) -> Influences:
        """What reaches any known column."""
        return side_by_side([self.made_of or NOTHING, *(found for _, found in self.outputs)])

    def reaches(self) -> list[set[Influence]]:
        """What reaches the rows and each column, whatever the way: two readings of one query agree once this does."""
        return [set(self.rows), *(set(found) for _, found in self.outputs)]

    def top_level(self) -> list[tuple[str, Influences]]:
        """The columns `*` stands for: without the fields of structs, which a schema lists beside their parents."""
        if not self._has_fields:
            return list(self.outputs)
        return [
            (name, self.find(name) or found) for name, found in self.outputs if name.partition(".")[0] not in self._index or "." not in name
        ]


def numbered(relation: Relation) -> Relation:
    """The same rows with the second column of one name called `name_1` and so on, as DuckDB stores and nests them."""
    names = [name.lower() for name, _ in relation.outputs]
    if len(set(names)) == len(names) or relation.table is not None or relation.is_open:
        return relation
    taken: dict[str, int] = {}
    outputs = []
    for name, found in relation.outputs:
        key, unlike = name.lower(), name
        while unlike.lower() in taken:
            unlike = f"{name}_{taken[key]}"
            taken[key] += 1
        taken[unlike.lower()] = 1
        outputs.append((unlike, found))
    other = Relation(relation.name, outputs, rows=relation.rows, presence=relation.presence, named=relation.named, fields=relation.fields)
    return other.renamed(relation.name, relation.offset)


def joined(relations: Sequence[Relation], *, rows: Influences, presence: frozenset[str]) -> Relation:
    """All columns of several relations side by side, as brackets around a join give them."""
    made = [relation.made_of for relation in relations if relation.made_of is not None]
    return Relation(
        "",
        [column for relation in relations for column in relation.top_level()],
        open_tables=tuple(dict.fromkeys(table for relation in relations for table in relation.open_tables)),
        made_of=union(made) if made else None,
        rows=rows,
        presence=presence,
    )
