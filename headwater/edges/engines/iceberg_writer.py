"""Writes batches into an Iceberg lake: one commit per table and batch, stamped with the run that made it.

A batch is written once: a table whose snapshots already carry its stamp is left as it is, so a load that was cut short between the commit
and its record can simply be done again. A batch of a stream goes in only where the table stands exactly where the batch begins.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from typing import Any, ClassVar

import msgspec
import pyarrow as pa

from headwater.model.errors import HeadwaterError, UsageError
from headwater.model.lakes import BATCH_STAMP, OFFSETS_STAMP, RUN_STAMP
from headwater.model.loads import StreamPosition

try:
    from pyiceberg.catalog import Catalog, load_catalog
    from pyiceberg.exceptions import (
        CommitFailedException,
        NoSuchNamespaceError,
        NoSuchTableError,
    )
    from pyiceberg.table import Table
except ImportError:
    raise UsageError("cannot write Iceberg: expected the package pyiceberg", next_step='pip install "headwater[iceberg]"') from None

from headwater.edges.engines.iceberg_stream import Remembered, StreamTable, property_name  # isort: skip

_TRIES = 5
_OWN_RETRIES = "commit.retry.num-retries"
_VARIANT = "__v_text"


class LakeUnwritable(HeadwaterError):
    """A lake does not take a batch: its catalog or storage does not answer, or the table is not as the rows need it."""

    code: ClassVar[str] = "LAKE-UNWRITABLE"


class Superseded(HeadwaterError):
    """Somebody else brought in the same part of a stream; the table goes on from there, and this batch is not needed."""

    code: ClassVar[str] = "BATCH-SUPERSEDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A batch of a stream moves a table from one position of a topic to another; `gone` are keys that tombstones take away."""

    before: StreamPosition | None
    after: StreamPosition
    gone: pa.Table | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a commit did. `is_new` is false where it had been done before.

    `changed` are columns whose values did not fit the type that the table has; they stand beside them as text.
    """

    version: str
    rows: int
    deleted: int
    schema: str
    is_new: bool
    changed: tuple[str, ...] = ()


class IcebergWriter:
    """Writes to the tables of one catalog.

    Raises:  LakeUnwritable: the catalog does not answer.
    """

    def __init__(self, name: str, properties: Mapping[str, str]) -> None:
        self._name = name
        try:
            self._catalog: Catalog = load_catalog(
                properties.get("catalog") or name, **{key: value for key, value in properties.items() if key != "catalog"}
            )
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog has faults of its own
            raise self._unwritable("its catalog does not answer", fault) from None

    def write(
        self,
        table: str,
        rows: pa.Table,
        *,
        write: str,
        key: Sequence[str],
        stamps: Mapping[str, str],
        keys: pa.Table | None = None,
        move: Move | None = None,
    ) -> Written:
        """Put rows into a table, made with their columns where it is not there; new columns are added to it.

        `write` is `append`, `replace` or `merge` (by `key`). `keys` are the keys that the source holds now: rows whose key is not among
        them go. Tried again where somebody else committed in between. A batch of a stream says its `move`.

        Raises:  LakeUnwritable; Superseded: the table does not stand where the batch begins.
        """
        for last in range(_TRIES):
            try:
                return self._write_once(table, rows, write, list(key), dict(stamps), keys, move)
            except CommitFailedException:
                if last == _TRIES - 1:
                    raise self._unwritable(f"table `{table}` is written by others all the time", None) from None
            except (LakeUnwritable, Superseded):
                raise
            except Exception as fault:  # noqa: BLE001  # because each kind of catalog and storage has faults of its own
                raise self._unwritable(f"table `{table}` does not take the batch", fault) from None
        raise AssertionError("the last try returns or raises")

    def stream(self, table: str) -> StreamTable | None:
        """What a table says of the topic that fills it, None where it is not there yet.

        Raises:  LakeUnwritable: the catalog does not answer.
        """
        try:
            return StreamTable(self._catalog.load_table(table))
        except (NoSuchTableError, NoSuchNamespaceError):
            return None
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog has faults of its own
            raise self._unwritable(f"table `{table}` cannot be read", fault) from None

    def column(self, table: str, name: str) -> Any:
        """The values of one column of a table, as an Arrow column.

        Raises:  LakeUnwritable: it cannot be read.
        """
        try:
            return self._catalog.load_table(table).scan(selected_fields=(name,)).to_arrow().column(name)
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog and storage has faults of its own
            raise self._unwritable(f"table `{table}` cannot be read", fault) from None

    def has_column(self, table: str, name: str) -> bool:
        """Whether a table has a column.

        Raises:  LakeUnwritable: it cannot be read.
        """
        try:
            return name in self._catalog.load_table(table).schema().column_names
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog has faults of its own
            raise self._unwritable(f"table `{table}` cannot be read", fault) from None

    def below(self, table: str) -> list[str]:
        """The tables of nested lists below a table, without their namespace.

        Raises:  LakeUnwritable: the catalog does not answer.
        """
        namespace, _, name = table.rpartition(".")
        try:
            names = [".".join(found) for found in self._catalog.list_tables(namespace)]
        except NoSuchNamespaceError:
            return []
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog has faults of its own
            raise self._unwritable("its catalog does not answer", fault) from None
        found = [told.removeprefix(f"{namespace}.") for told in names]
        return sorted(told for told in found if told.startswith(f"{name}__"))

    def close(self) -> None:
        """Let go of the catalog's connections."""
        self._catalog.close()

    def _write_once(
        self, name: str, rows: pa.Table, write: str, key: list[str], stamps: dict[str, str], keys: pa.Table | None, move: Move | None
    ) -> Written:
        if write == "replace" and not rows.num_rows:
            return self._emptied(name, stamps)
        table = self._table(name, rows)
        table.metadata.properties[_OWN_RETRIES] = "0"  # INVARIANT: PyIceberg's own retries would put a batch in beside itself
        done = _written_before(table, stamps)
        if done is not None:
            return done
        if move is not None:
            _check_begins(table, name, move)
            stamps[OFFSETS_STAMP] = msgspec.json.encode(move.after).decode()
        rows, changed = _fitted(rows, table.schema().as_arrow())
        if write == "merge" and rows.num_rows:
            rows = _widened(table, rows)
        missing = self._missing(table, key, keys) if keys is not None and table.current_snapshot() is not None else None
        with table.transaction() as transaction, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # because PyIceberg warns where an overwrite finds nothing to delete
            if rows.num_rows:
                with transaction.update_schema() as update:
                    update.union_by_name(rows.schema)
            if write == "replace":
                transaction.overwrite(rows, snapshot_properties=stamps)
            elif not rows.num_rows:
                pass  # because there is nothing to put in; what went is taken away below
            elif write == "merge" and key and table.current_snapshot() is not None:
                _merge(transaction, table, _once(rows, key), key, stamps)
            else:
                transaction.append(_once(rows, key) if write == "merge" and key else rows, snapshot_properties=stamps)
            if missing is not None and missing.num_rows and write != "replace":
                transaction.delete(_any_of(missing, key), snapshot_properties=stamps)
            if move is not None:
                _finish_move(transaction, move, key, stamps)
        table.refresh()
        snapshot = table.current_snapshot()
        version = str(snapshot.snapshot_id) if snapshot is not None else ""
        return Written(
            version, rows.num_rows, missing.num_rows if missing is not None else 0, str(table.schema().schema_id), True, tuple(changed)
        )

    def _emptied(self, name: str, stamps: dict[str, str]) -> Written:
        """Take all rows out of a table, where it is there and has some."""
        try:
            table = self._catalog.load_table(name)
        except (NoSuchTableError, NoSuchNamespaceError):
            return Written("", 0, 0, "", False)
        table.metadata.properties[_OWN_RETRIES] = "0"
        done = _written_before(table, stamps)
        if done is not None:
            return done
        held = table.scan().count()
        if held:
            table.delete(snapshot_properties=stamps)
            table.refresh()
        snapshot = table.current_snapshot()
        return Written(str(snapshot.snapshot_id) if snapshot is not None else "", 0, held, str(table.schema().schema_id), True)

    def _table(self, name: str, rows: pa.Table) -> Table:
        """The table, made where it is not there."""
        try:
            return self._catalog.load_table(name)
        except NoSuchTableError:
            with suppress(Exception):  # because somebody may make it at the same time, which catalogs say in ways of their own
                self._catalog.create_namespace(name.rpartition(".")[0])
            try:
                return self._catalog.create_table(name, schema=rows.schema)
            except Exception:
                if self._catalog.table_exists(name):
                    return self._catalog.load_table(name)
                raise

    def _missing(self, table: Table, key: list[str], keys: pa.Table) -> pa.Table:
        """The keys that a table holds and the source no longer does."""
        held = table.scan(selected_fields=tuple(key)).to_arrow()
        there = pa.table({name: keys.column(name).cast(held.schema.field(name).type) for name in key})
        return held.join(there, keys=key, join_type="left anti").group_by(key).aggregate([])

    def _unwritable(self, why: str, fault: Exception | None) -> LakeUnwritable:
        kind = f" ({type(fault).__name__})" if fault is not None else ""
        return LakeUnwritable(
            f"cannot write to lake `{self._name}`: {why}{kind}", next_step="headwater source run NAME, when the lake answers again"
        )


def _check_begins(table: Table, name: str, move: Move) -> None:
    """INVARIANT: a batch of a stream goes in only after exactly what was read before it."""
    known = StreamTable(table).position(move.after)
    if not (known is None if move.before is None else move.before.is_at(known)):
        raise Superseded(
            f"cannot put a batch of topic `{move.after.topic}` into table `{name}`: another run brought it in meanwhile",
            next_step=f"headwater source run {move.after.source}",
        )


def _finish_move(transaction: Any, move: Move, key: list[str], stamps: dict[str, str]) -> None:
    """Take away what tombstones say, and leave the new position even where no row came."""
    if move.gone is not None and move.gone.num_rows and key:
        transaction.delete(_any_of(move.gone, key), snapshot_properties=stamps)
    last = transaction.table_metadata.current_snapshot()
    told = last.summary.additional_properties if last is not None and last.summary is not None else {}
    if told.get(OFFSETS_STAMP) != stamps[OFFSETS_STAMP]:
        empty = transaction.table_metadata.schema().as_arrow().empty_table()
        transaction.append(empty, snapshot_properties=stamps)
    kept = Remembered(transaction.table_metadata.current_snapshot().sequence_number or 0, move.after)
    transaction.set_properties({property_name(move.after): msgspec.json.encode(kept).decode()})


def _written_before(table: Table, stamps: Mapping[str, str]) -> Written | None:
    """What a batch became in a table that has it already; of a stream's, only what the same run made is that batch."""
    batch, run = stamps.get(BATCH_STAMP, ""), stamps.get(RUN_STAMP, "")
    found: list[Any] = [
        snapshot
        for snapshot in table.metadata.snapshots
        if batch
        and (told := snapshot.summary.additional_properties if snapshot.summary is not None else {}).get(BATCH_STAMP) == batch
        and (OFFSETS_STAMP not in told or told.get(RUN_STAMP) == run)
    ]
    if not found:
        return None
    summaries = [snapshot.summary.additional_properties for snapshot in found]
    rows = sum(int(summary.get("added-records", 0)) for summary in summaries)
    return Written(str(found[-1].snapshot_id), rows, 0, str(found[-1].schema_id), False)


def _fitted(rows: pa.Table, schema: pa.Schema) -> tuple[pa.Table, list[str]]:
    """Rows in the types that a table has already; a column that does not fit stands beside it as text, named `…__v_text`."""
    changed: list[str] = []
    columns: dict[str, Any] = {}
    for field in rows.schema:
        values = rows.column(field.name)
        wanted = schema.field(field.name).type if field.name in schema.names else field.type
        try:
            columns[field.name] = values if wanted == field.type else values.cast(wanted)
        except pa.ArrowException:
            changed.append(field.name)
            columns[field.name] = pa.nulls(rows.num_rows, wanted)
            columns[f"{field.name}{_VARIANT}"] = values.cast(pa.string())
    return pa.table(columns), changed


def _merge(transaction: Any, table: Table, rows: pa.Table, key: list[str], stamps: dict[str, str]) -> None:
    """Put rows in the place of those with their keys. Where columns came, not by PyIceberg's upsert: it reads by the schema before."""
    snapshot = table.current_snapshot()
    if snapshot is not None and snapshot.schema_id == table.metadata.current_schema_id:
        transaction.upsert(rows, join_cols=key, snapshot_properties=stamps)
    else:
        transaction.overwrite(rows, overwrite_filter=_any_of(rows.select(key), key), snapshot_properties=stamps)


def _widened(table: Table, rows: pa.Table) -> pa.Table:
    """Rows with all columns of a table, which first gets those that it lacks: PyIceberg merges only what has the same columns."""
    if set(rows.column_names) - set(table.schema().column_names):
        with table.update_schema() as widened:
            widened.union_by_name(rows.schema)
        table.refresh()
    schema = table.schema().as_arrow()
    columns = [rows.column(field.name) if field.name in rows.column_names else pa.nulls(rows.num_rows, field.type) for field in schema]
    return pa.table(dict(zip(schema.names, columns, strict=True)))


def _once(rows: pa.Table, key: list[str]) -> pa.Table:
    """The last row of each key: a batch may hold a row's earlier states too."""
    numbered = rows.append_column("__row", pa.array(range(rows.num_rows), pa.int64()))
    last = numbered.group_by(key).aggregate([("__row", "max")]).column("__row_max").combine_chunks()
    return rows.take(last.sort())


def _any_of(gone: pa.Table, key: list[str]) -> Any:
    """The predicate of rows with one of these keys."""
    from pyiceberg import expressions

    build: Any = expressions  # because its types do not know that terms may be names
    if len(key) == 1:
        return build.In(key[0], gone.column(key[0]).to_pylist())
    rows = [[build.EqualTo(name, row[name]) for name in key] for row in gone.to_pylist()]
    terms = [reduce(build.And, parts) for parts in rows]
    return reduce(build.Or, terms)
