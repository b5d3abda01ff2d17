"""What stands in FROM: stored tables, common table expressions, queries and joins, each with a name of its own for its set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.provenance.carried import NO_INPUTS, SET, Carried, Carrying, Ctes, Inputs, Refused, input_name

_TABLE_PARTS = frozenset({"this", "alias", "db", "catalog", "joins"})
_ROW_MAKERS = (exp.Unnest, exp.Explode, exp.GenerateSeries)


class Carry(Protocol):
    """Rewrites a query: `combining.carry`."""

    def __call__(self, query: Expr, carrying: Carrying, ctes: Ctes) -> Carried:
        """The same query with a set for every row."""


@dataclass(slots=True)
class Relations:
    """The relations of one SELECT: `sets` pairs each one's name with that of its set; `may_miss` where a join leaves any out."""

    sets: list[tuple[str, str]] = field(default_factory=list)
    numbered: set[str] = field(default_factory=set)
    """Sets that are only the number of one batch."""
    inputs: Inputs = NO_INPUTS
    adds: Inputs = NO_INPUTS
    doubts: Inputs = NO_INPUTS
    """Inputs that may take the place of rows which a join found nothing for."""
    may_miss: bool = False

    def join(self, other: Relations) -> None:
        """Take in the relations of an operand."""
        self.sets += other.sets
        self.numbered |= other.numbered
        self.inputs |= other.inputs
        self.adds |= other.adds
        self.doubts |= other.doubts
        self.may_miss = self.may_miss or other.may_miss

    def names(self) -> set[str]:
        """The names of relations that carry sets, in lower case."""
        return {name.lower() for name, _ in self.sets}


class FromReader:
    """Reads the relations of one SELECT, rewriting them in place."""

    def __init__(self, carry: Carry, carrying: Carrying, ctes: Ctes) -> None:
        self._carry, self._carrying, self._ctes = carry, carrying, ctes

    def read(self, select: Expr) -> Relations:
        """FROM with all of its joins."""
        found = Relations()
        source = select.args.get("from_")
        if source is not None:
            source.set("this", self._operand(source.this, found))
        self._joins(select.args.get("joins") or (), found)
        for lateral in select.args.get("laterals") or ():
            self._lateral(lateral, found)
        return found

    def _joins(self, joins: Iterable[Expr], found: Relations) -> None:
        for join in joins:
            other = Relations()
            join.set("this", self._operand(join.this, other))
            self._joined(join, found, other)
            found.join(other)

    def _joined(self, join: Expr, left: Relations, right: Relations) -> None:
        """What an outer join, which gives rows for want of others, is not monotone in."""
        side, method = join.text("side").upper(), join.text("method").upper()
        if method not in ("", "NATURAL", "ASOF"):
            raise Refused(f"a {method} JOIN")
        keeps_left = side in ("LEFT", "FULL")
        keeps_right = side in ("RIGHT", "FULL")
        if keeps_left or method == "ASOF":
            left.doubts |= right.adds
            right.adds |= right.inputs
        if keeps_right:
            right.doubts |= left.adds
            left.adds |= left.inputs
        left.may_miss = left.may_miss or keeps_left or keeps_right

    def _operand(self, node: Expr, found: Relations) -> Expr:
        if isinstance(node, exp.Table):
            return self._table(node, found)
        if isinstance(node, exp.Subquery):
            return self._subquery(node, found)
        if isinstance(node, exp.Lateral):
            return self._lateral(node, found)
        if isinstance(node, (exp.Values, *_ROW_MAKERS)):
            return node
        raise Refused(f"{node.key.upper()} in FROM")

    def _table(self, table: Expr, found: Relations) -> Expr:
        odd = next((key for key, value in table.args.items() if value and key not in _TABLE_PARTS), None)
        if odd is not None:
            raise Refused(f"{odd.upper().strip('_')} of a table in FROM")
        nested = table.args.get("joins") or ()
        if isinstance(table.this, _ROW_MAKERS):
            self._joins(nested, found)
            return table
        if not isinstance(table.this, exp.Identifier):
            raise Refused("a function or a file in FROM")
        cte = self._ctes.get(table.name.lower()) if not table.args.get("db") else None
        is_numbered = False
        if cte is not None:
            name, inputs, adds = cte.name, cte.inputs, cte.adds
        else:
            number = self._carrying.number_of(table)
            adds = self._carrying.growth(number)
            name, inputs = input_name(number), frozenset({number}) | adds
            is_numbered = self._carrying.is_numbered(number)
        made = exp.Table(this=exp.to_identifier(name, quoted=cte is not None), alias=self._alias(table, table.this, found))
        found.inputs |= inputs
        found.adds |= adds
        if is_numbered:
            found.numbered.add(found.sets[-1][1])
        if nested:
            self._joins(nested, found)
            made.set("joins", list(nested))
        return made

    def _alias(self, relation: Expr, own: Expr | None, found: Relations) -> Expr:
        """The alias of a relation, with a name for its set before those of its columns."""
        alias = relation.args.get("alias")
        name = alias.this if alias is not None and alias.this else own
        columns = list(alias.args.get("columns") or ()) if alias is not None else []
        fresh = self._carrying.fresh()
        shown = name.name if name is not None else fresh
        found.sets.append((shown, fresh))
        identifier = name.copy() if name is not None else exp.to_identifier(f"r{fresh}")
        return exp.TableAlias(this=identifier, columns=[exp.to_identifier(fresh), *columns])

    def _subquery(self, node: Expr, found: Relations) -> Expr:
        if node.args.get("pivots") or node.args.get("sample"):
            raise Refused("PIVOT, UNPIVOT or a sample of a query in FROM")
        if isinstance(node.this, (exp.Table, exp.Values)) or node.args.get("joins"):
            if node.args.get("alias") or not isinstance(node.this, exp.Table):
                raise Refused("joins in brackets with a name of their own")
            node.set("this", self._table(node.this, found))
            self._joins(node.args.get("joins") or (), found)
            return node
        bare = exp.Subquery(this=node.this, **{key: value for key, value in node.args.items() if key not in ("this", "alias")})
        inner = self._carry(bare, self._carrying, self._ctes)
        found.inputs |= inner.inputs
        found.adds |= inner.adds
        return exp.Subquery(this=inner.query, alias=self._alias(node, None, found))

    def _lateral(self, node: Expr, found: Relations) -> Expr:
        """A query that sees the relations before it: their sets count for its rows already."""
        if not isinstance(node.this, exp.Subquery):
            if isinstance(node.this, _ROW_MAKERS):
                return node
            raise Refused("a function in LATERAL")
        inner = self._carry(node.this, self._carrying, self._ctes)
        found.inputs |= inner.inputs
        found.adds |= inner.adds
        node.set("alias", self._alias(node, None, found))
        node.set("this", exp.Subquery(this=inner.query))
        return node


def without_sets(star: Expr, names: Iterable[str]) -> None:
    """Take sets out of what a star stands for."""
    hidden = [exp.column(name) for name in names]
    if hidden:
        star.set("except_", [*(star.args.get("except_") or ()), *hidden])


__all__ = ["SET", "Carry", "FromReader", "Relations", "without_sets"]
