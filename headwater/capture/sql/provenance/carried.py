"""What is carried: each row's set of batches, and beside it, for a whole query, which inputs could add rows to it by losing some.

A set has two halves of `WIDTH` bits. In the lower half stand batches with rows that took part in making the row. In the upper half stand
those that may have decided over it otherwise: rows of its window, rows whose absence let it through. A batch in neither half can be taken
out of every input, and the row is still there as it is (tests/laws/test_provenance.py).

A query is monotone in an input if taking rows out of the input only ever takes rows out of the query. `adds` are the inputs in which a
query is not. Whatever counts, compares or orders the rows of such a query owes its result to these inputs as a whole, and says so in the
upper half.

Source:  Cui, Widom, Wiener 2000, "Tracing the lineage of view data"; Green, Karvounarakis, Tannen 2007 for unions as sets of sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar

from headwater.capture.sql.adapter import Expr, exp
from headwater.model.errors import UsageError

SET = "__hw_set"
"""The first column of every rewritten query."""
NONE, SURE, UPPER, WIDTH, ONES = "hw_none", "hw_sure", "hw_upper", "hw_width", "hw_ones"
"""Variables of the engine: the empty set, all of the lower and of the upper half, how far the upper lies above the lower, and a list of
the sets of one batch each.
"""
Inputs = frozenset[int]
NO_INPUTS: Inputs = frozenset()
_GROWTH = 1 << 20


def input_name(number: int) -> str:
    """The table that is lent as an input: its set first, under any name, then its own columns."""
    return f"hw_input_{number}"


def mask_name(number: int) -> str:
    """The variable that holds all batches of an input, in the upper half."""
    return f"hw_possible_{number}"


def grown(number: int) -> int:
    """The number of an input that stands for what may come to a table when other rows go."""
    return _GROWTH + number


class Refused(UsageError):
    """A statement holds something that batches cannot be carried through; `what` names it in the words of SQL."""

    code: ClassVar[str] = "ROWS-NOT-CARRIED"

    def __init__(self, what: str) -> None:
        super().__init__(f"cannot carry batches through a statement: expected what can be carried, got {what}", next_step="headwater gaps")
        self.what = what


@dataclass(frozen=True, slots=True)
class Carried:
    """A rewritten query. `inputs` are all that it reads."""

    query: Expr
    inputs: Inputs = NO_INPUTS
    adds: Inputs = NO_INPUTS


@dataclass(frozen=True, slots=True)
class Lending:
    """How tables are lent to a statement, by their names.

    Rows of those in `numbered` come with the place of their one batch's bit instead of a set, counted from the left; `last` is the last
    place. That is quicker where sets are wide: a place is only made a set when rows are given out, and groups set one bit for each row.
    To those in `growing` rows may come when others go; the batches of these are the mask of the table's second number.
    """

    numbered: frozenset[str] = frozenset()
    last: int = 0
    growing: frozenset[str] = frozenset()


AS_THEY_ARE = Lending()


@dataclass(slots=True)
class Carrying:
    """One rewriting under way. `number_of` gives a stored table's number, `notes` say in words what is only possible and why."""

    number_of: Callable[[Expr], int]
    name_of: Callable[[int], str]
    lending: Lending
    notes: dict[str, None] = field(default_factory=dict)
    is_bare: bool = False
    """Whether nobody asks for the sets of what is rewritten, so that queries inside need not be asked for theirs."""
    _sets: int = 0

    def is_numbered(self, number: int) -> bool:
        """Whether rows of a table come with a number for a set."""
        return self.name_of(number) in self.lending.numbered

    def growth(self, number: int) -> Inputs:
        """What the rows stand for that may come to a table when others go."""
        return frozenset({grown(number)}) if self.name_of(number) in self.lending.growing else NO_INPUTS

    def fresh(self) -> str:
        """A name for one relation's set."""
        self._sets += 1
        return f"{SET}_{self._sets}"

    @contextmanager
    def bare(self) -> Iterator[None]:
        """Rewrite something of which only the rows count."""
        before, self.is_bare = self.is_bare, True
        try:
            yield
        finally:
            self.is_bare = before

    def note(self, words: str) -> None:
        """Say what is only possible, once."""
        self.notes[words] = None


@dataclass(frozen=True, slots=True)
class Cte:
    """A common table expression by the name under which its rows are to be read."""

    name: str
    inputs: Inputs
    adds: Inputs


Ctes = dict[str, Cte]


def column(name: str) -> Expr:
    """A column without its table; the names of sets are each in use once."""
    return exp.column(name)


def variable(name: str) -> Expr:
    """A variable of the engine."""
    return exp.Anonymous(this="getvariable", expressions=[exp.Literal.string(name)])


def either(sets: Iterable[Expr]) -> Expr:
    """The union of sets; of none the empty set."""
    united: Expr | None = None
    for each in sets:
        united = each if united is None else exp.BitwiseOr(this=united, expression=each)
    return variable(NONE) if united is None else united


def possible(inputs: Iterable[int]) -> list[Expr]:
    """All batches of inputs, in the upper half."""
    return [variable(mask_name(number)) for number in sorted(inputs)]


def gathered(sets: Expr) -> Expr:
    """The union over rows, as an aggregate."""
    return exp.Anonymous(this="bit_or", expressions=[sets])


def one(place: Expr, lending: Lending) -> Expr:
    """The set of one batch by the place of its bit, which is in the second half."""
    index = exp.Sub(this=place, expression=exp.Literal.number(lending.last // 2))
    return exp.Anonymous(this="list_extract", expressions=[variable(ONES), index])


def counted_in(place: Expr, lending: Lending) -> Expr:
    """The union over rows of the sets of one batch each, as an aggregate over places: one bit is set for each row."""
    return exp.Anonymous(this="bitstring_agg", expressions=[place, exp.Literal.number(0), exp.Literal.number(lending.last)])


def certain(sets: Expr) -> Expr:
    """A set where there may be none."""
    return exp.Coalesce(this=sets, expressions=[variable(NONE)])


def weakened(sets: Expr) -> Expr:
    """A set with its lower half moved to the upper."""
    low = exp.Paren(this=exp.BitwiseAnd(this=exp.Paren(this=sets), expression=variable(SURE)))
    moved = exp.Paren(this=exp.BitwiseLeftShift(this=low, expression=variable(WIDTH)))
    high = exp.Paren(this=exp.BitwiseAnd(this=exp.Paren(this=sets.copy()), expression=variable(UPPER)))
    return exp.Paren(this=exp.BitwiseOr(this=high, expression=moved))


def star_without(*names: str) -> Expr:
    """Every column but these."""
    return exp.Star(except_=[exp.column(name) for name in names])


def from_query(query: Expr, alias: str = "__hw_q") -> Expr:
    """FROM a query in brackets."""
    return exp.From(this=in_brackets(query, alias))


def in_brackets(query: Expr, alias: str, columns: Iterable[str] = ()) -> Expr:
    """A query as a relation, its first columns renamed."""
    names = [exp.to_identifier(name) for name in columns]
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias), columns=names))


def select(*outputs: Expr, source: Expr | None = None) -> Expr:
    """A plain SELECT."""
    made = exp.Select(expressions=list(outputs))
    if source is not None:
        made.set("from_", source)
    return made


def named(sets: Expr, name: str = SET) -> Expr:
    """A set as an output."""
    return exp.alias_(sets, name)


def merged(query: Expr, *, having: Expr | None = None, drop: Iterable[str] = ()) -> Expr:
    """Equal rows made one, with the union of their sets."""
    made = select(named(gathered(column(SET))), star_without(SET, *drop), source=from_query(query))
    made.set("group", exp.Group(all=True))
    if having is not None:
        made.set("having", exp.Having(this=having))
    return made


def widened(query: Expr, inputs: Inputs) -> Expr:
    """The same rows, each with all batches of some inputs as possible ones."""
    if not inputs:
        return query
    return select(named(either([column(SET), *possible(inputs)])), star_without(SET), source=from_query(query))
