"""Why an edge was never seen at work: one reason for each, derived from the statement and checked, or written beside it by who looked.

A reason holds for one edge: the text is parsed, the place where the edge's source is read is looked up, and what stands around it must be
as the reason says. An edge without a reason is either invented or out of reach of the experiments, and fails the oracle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from headwater.model.lineage import Kind, TableEdge
from tests.oracle.domains import parsed
from tests.oracle.findings import TOGETHER, Findings
from tests.oracle.verdict import Reach, own_columns

_CUTS = ("limit", "offset", "fetch")
_NOT_OF_ITS_ROW = (exp.Window, exp.AggFunc, exp.Query, exp.Star, exp.Anonymous)
"""What makes an expression more than a function of the columns it names."""


def told(edge: TableEdge) -> str:
    """An edge as remarks name it: `t.a -> w.q SORT`, `*` for rows."""
    target = f"{edge.target_table}." if edge.target_table else ""
    return f"{edge.source_table}.{edge.source_column or '*'} -> {target}{edge.target_column or '*'} {edge.kind.name}"


def reason(findings: Findings, edge: TableEdge) -> str | None:
    """The reason of one edge, in a few words; None where there is none."""
    if told(edge) in findings.case.remarks:
        return "looked at"
    return next(_reasons(findings, edge), None)


def unfounded(findings: Findings) -> list[str]:
    """Remarks of the file on edges that the lineage does not have."""
    edges = {told(edge) for edge in findings.lineage.edges}
    return [remark for remark in findings.case.remarks if remark not in edges]


def _reasons(findings: Findings, edge: TableEdge) -> Iterator[str]:
    if findings.runs and findings.unstable == findings.runs:
        yield "the order of stored rows decides"
    if (edge.source_table, edge.source_column) == (edge.target_table, edge.target_column):
        yield "a column onto itself, which changes anyway"
    if (edge.target_table, None) not in findings.kept:
        yield "the target is gone at the end"
    if edge.target_table is not None and (edge.target_table, (edge.target_column or "").lower() or None) not in findings.kept:
        yield "the column is gone at the end"
    if _is_made_of_nothing(findings, edge):
        yield "made of constants"
    place = Place(findings.case.sql, edge)
    if edge.target_column is None and place.sorts_without_cutting():
        yield "sorts rows that are all kept"
    if edge.target_column is None and _is_hidden(findings, edge, place):
        yield "what other rows would show shows the value itself"
    if edge.kind is Kind.FILTER and edge.target_column is None and _may_be_key(findings, edge, place):
        yield "might be a key, which the text does not name"
    if edge.kind is Kind.WINDOW and _has_no_witness(findings, edge, place):
        yield "a rank with nothing beside it to see it by"
    if edge.kind is Kind.GROUP_BY and place.numbers_its_rows():
        yield "rows are told apart by their number already"


def _is_made_of_nothing(findings: Findings, edge: TableEdge) -> bool:
    """Whether the text fills the source itself with what depends on no table."""
    if edge.source_table in findings.case.schema or edge.source_column is None:
        return False
    reach = Reach(findings.lineage)
    sources = {(each.source_table, each.source_column) for each in findings.lineage.edges if each.source_table in findings.case.schema}
    reached = set().union(*(reach.of(*source) for source in sources))
    return not {(edge.source_table, edge.source_column.lower()), (edge.source_table, None)} & reached


def _may_be_key(findings: Findings, edge: TableEdge, place: Place) -> bool:
    """Whether new rows meet old ones on keys that only the table knows, and what the edge compares is in none of them."""
    keys = {column for key in findings.case.keys.get(edge.target_table or "", ()) for column in key}
    own = {name for _, name in own_columns(edge, findings.lineage) if name is not None and name != TOGETHER}
    compared = {(edge.source_column or "").lower()} if edge.source_table == edge.target_table else own
    return bool(keys) and place.meets_unnamed_keys() and not compared & keys


def _columns(findings: Findings, table: str | None) -> set[str]:
    return {name for target, name in findings.kept if target == table and name is not None and name != TOGETHER}


def _is_hidden(findings: Findings, edge: TableEdge, place: Place) -> bool:
    """Whether each column of the target is one the source reaches by itself, or equal among the rows that it chooses from."""
    own = {name for target, name in own_columns(edge, findings.lineage) if target == edge.target_table}
    return bool(findings.moved) and _columns(findings, edge.target_table) <= own | place.equal_before()


def _has_no_witness(findings: Findings, edge: TableEdge, place: Place) -> bool:
    """Whether no column of the target tells rows apart between which the source decides: it reaches them all, or they are equal."""
    reached = {name for target, name in Reach(findings.lineage).of(edge.source_table, edge.source_column) if target == edge.target_table}
    return _columns(findings, edge.target_table) <= reached | place.equal_before()


class Place:
    """Where a text reads the source of an edge, and what stands around it."""

    def __init__(self, sql: str, edge: TableEdge) -> None:
        self._trees = parsed(sql)
        self._is_sort = edge.kind is Kind.SORT
        self._read = [node for tree in self._trees for node in tree.walk() if _starts(node, edge.offset)]

    def sorts_without_cutting(self) -> bool:
        """Whether it is a key of ORDER BY alone, in a query that keeps all its rows, or in a text that cuts none."""
        if not any(_cuts(query) for tree in self._trees for query in tree.find_all(exp.Query)):
            return self._is_sort
        orders = [order for order, _ in self._keys() if isinstance(order.parent, exp.Query)]
        return bool(orders) and all(not _cuts(order.parent) for order in orders)

    def equal_before(self) -> set[str]:
        """Outputs that are equal among rows between which the source decides, since keys before it hold them."""
        return set().union(*(_outputs_of(_select_of(order), _before(order, at)) for order, at in self._keys()), *self._before_of_all())

    def meets_unnamed_keys(self) -> bool:
        """Whether the text inserts rows that may meet old ones without saying on which columns."""
        inserts = [insert for tree in self._trees for insert in tree.find_all(exp.Insert)]
        conflicts = [insert.args.get("conflict") for insert in inserts]
        return any(insert.args.get("alternative") for insert in inserts) or any(
            each and not each.args.get("conflict_keys") for each in conflicts
        )

    def numbers_its_rows(self) -> bool:
        """Whether a DISTINCT around it goes over rows of which each has a number of its own."""
        selects = [select for node in self._read for select in _selects_above(node) if select.args.get("distinct")]
        return any(
            isinstance(window.this, exp.RowNumber) and not window.args.get("partition_by")
            for select in selects
            for window in (projection.unalias() for projection in select.selects)
            if isinstance(window, exp.Window)
        )

    def _before_of_all(self) -> Iterator[set[str]]:
        """The outputs before it where ORDER BY ALL sorts by each in turn."""
        for tree in self._trees:
            for order in tree.find_all(exp.Order):
                select = _select_of(order)
                if select is None or [key.this.name.lower() for key in order.expressions] != ["all"]:
                    continue
                held = [at for at, each in enumerate(select.selects) if any(node in self._read for node in each.walk())]
                if held:
                    yield {each.alias_or_name.lower() for each in select.selects[: held[0]]}

    def _keys(self) -> Iterator[tuple[exp.Order, int]]:
        """The sort keys in which the source is read, by themselves, by alias or by number."""
        for tree in self._trees:
            for order in tree.find_all(exp.Order):
                for at, key in enumerate(order.expressions):
                    expressions = [key, *_projections(_select_of(order), key.this)]
                    if any(node in self._read for each in expressions for node in each.walk() if node.meta.get("start") is not None):
                        yield order, at


def _starts(node: exp.Expr, offset: int | None) -> bool:
    return offset is not None and node.meta.get("start") == offset


def _selects_above(node: exp.Expr) -> Iterator[exp.Select]:
    above = node.parent
    while above is not None:
        if isinstance(above, exp.Select):
            yield above
        above = above.parent


def _cuts(query: exp.Expr | None) -> bool:
    distinct = query.args.get("distinct") if query is not None else None
    return query is not None and (
        any(query.args.get(cut) for cut in _CUTS) or bool(isinstance(distinct, exp.Distinct) and distinct.args.get("on"))
    )


def _select_of(order: exp.Expr) -> exp.Select | None:
    return order.find_ancestor(exp.Select) if not isinstance(order.parent, exp.Select) else order.parent


def _projections(select: exp.Select | None, key: exp.Expr) -> list[exp.Expr]:
    """The output that a sort key names by its alias or number."""
    if select is None:
        return []
    if isinstance(key, exp.Literal) and key.is_int:
        return select.selects[int(key.name) - 1 : int(key.name)]
    return [each for each in select.selects if isinstance(key, exp.Column) and not key.table and each.alias_or_name == key.name]


def _before(order: exp.Order, at: int) -> list[exp.Expr]:
    """What is equal where a sort key decides: the keys before it, and those of the partition or of DISTINCT ON."""
    parent = order.parent
    fixed = list(parent.args.get("partition_by") or ()) if isinstance(parent, exp.Window) else []
    return [*fixed, *(key.this for key in order.expressions[:at])]


def _outputs_of(select: exp.Select | None, keys: Sequence[exp.Expr]) -> set[str]:
    """Outputs that are one of some keys, or made of nothing but them."""
    if select is None:
        return set()
    held = {projection for key in keys for projection in _projections(select, key)}
    names = {key.name for key in keys if isinstance(key, exp.Column)}
    plain = [
        each
        for each in select.selects
        if not each.find(*_NOT_OF_ITS_ROW) and {column.name for column in each.find_all(exp.Column)} <= names
    ]
    return {each.alias_or_name.lower() for each in [*held, *plain]}
