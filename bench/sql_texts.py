"""Texts for the SQL benchmarks: decision-support statements, long statements, and statements as producers repeat them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from headwater.capture.redaction.redactor import Redactor
from headwater.capture.redaction.tokens import apart
from headwater.model.lineage import Statement

STATEMENTS = Path(__file__).parents[1] / "tests" / "oracle" / "corpus" / "decision_support"
DIALECT = "duckdb"
LINES_PER_STEP = 25
COLUMNS = ("id", "region", "day", "customer", "product", "amount", "price", "quantity", "discount", "tax", "cost", "status", "channel")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


class Workload(NamedTuple):
    """Statements by name, over one catalog."""

    schema: dict[str, dict[str, str]]
    statements: dict[str, str]

    def columns(self, table: str) -> dict[str, str] | None:
        """What the analyser asks of a catalog."""
        return self.schema.get(table)


def decision_support() -> Workload:
    """Reports over two warehouses of 24 tables each, of the kinds that decision-support benchmarks ask for."""
    schema = json.loads((STATEMENTS / "schema.json").read_text(encoding="utf-8"))
    return Workload(schema, {path.stem: path.read_text(encoding="utf-8") for path in sorted(STATEMENTS.glob("*.sql"))})


def long_statement(lines: int) -> Workload:
    """One statement of so many lines: common table expressions of 25 lines, each over the one before and a stored table."""
    count = lines // LINES_PER_STEP
    schema = {f"facts_{number}": dict.fromkeys(COLUMNS, "integer") for number in range(5)}
    steps = ",\n".join(_step(number) for number in range(count))
    return Workload(schema, {f"{lines:,} lines": f"with\n{steps}\nselect *\nfrom step_{count - 1}"})


def _step(number: int) -> str:
    """Columns handed on from both sides, columns computed, a join with the step before, a filter."""
    before = f"step_{number - 1}" if number else "facts_0"
    last = f"p.total + f.price * {number}" if number else "f.price"
    lines = [
        f"step_{number} as (",
        "  select",
        "    f.id,",
        "    f.region,",
        "    p.day,",
        "    f.customer,",
        "    p.product,",
        "    p.amount + f.amount as amount,",
        "    coalesce(f.price, p.price, 0) as price,",
        "    case",
        "      when f.status = 'open' then f.quantity",
        "      else p.quantity",
        "    end as quantity,",
        "    f.discount,",
        "    round(f.tax, 2) as tax,",
        "    upper(f.channel) as channel,",
        "    f.status,",
        "    f.cost * f.quantity as cost,",
        "    row_number() over (partition by f.region order by f.day) as rank,",
        f"    {last} as total",
        f"  from facts_{number % 5} as f",
        f"  join {before} as p on p.id = f.id",
        "  where f.status <> 'void'",
        f"    and f.amount > {number}",
        ")",
    ]
    assert len(lines) == LINES_PER_STEP
    return "\n".join(lines)


class Producers:
    """Sends a workload's statements as the ledger keeps them: redacted, the same shapes with values that are never the same."""

    def __init__(self, workload: Workload) -> None:
        redactor = Redactor(b"bench" * 8)
        self._texts = [apart(redactor.redact_sql(sql, DIALECT).text) for sql in workload.statements.values()]
        self._places = [_digits(at) for at in range(max(len(text.kinds) for text in self._texts))]

    def send(self, count: int, *, new_shapes_each: int = 0) -> Iterator[Statement]:
        """So many statements; every `new_shapes_each`-th is of a shape never seen before."""
        for number in range(count):
            pieces, kinds, _ = self._texts[number % len(self._texts)]
            digits = _digits(number)
            values = [f"'hw:{kind}:{digits}{self._places[at]}'" for at, kind in enumerate(kinds)]
            sql = pieces[0] + "".join([value + piece for value, piece in zip(values, pieces[1:], strict=True)])
            is_new = new_shapes_each and number % new_shapes_each == 0
            yield Statement(f"with new_{number} as ({sql}) select * from new_{number}" if is_new else sql, DIALECT)


def _digits(number: int) -> str:
    """A number in eight letters of the tokens' alphabet."""
    return "".join([_ALPHABET[number >> shift & 31] for shift in range(35, -1, -5)])
