"""Runs a dlt source and leaves what it fetched in a staging folder.

dlt keeps how far it got (cursors) in its own folder beside, and tries again what failed; a file reaches the staging folder only whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headwater.edges.sources.loading.staging import BELOW, StagedTable, Staging
from headwater.edges.sources.loading.unreachable import PlainFault, SourceRefused, SourceUnreachable
from headwater.model.errors import UsageError
from headwater.model.lakes import DatasetName, ScanGap

try:
    import dlt
    from dlt.pipeline.exceptions import PipelineStepFailed

    from headwater.edges.sources.loading import naming
except ImportError:
    raise UsageError("cannot fetch from a source: expected the package dlt", next_step='pip install "headwater[sources]"') from None

_INTERNAL = "_dlt"
_SETTINGS: dict[str, Any] = {
    "runtime.dlthub_telemetry": False,
    "runtime.log_level": "CRITICAL",  # because its messages may hold values, and what matters is told by ours
    "normalize.parquet_normalizer.add_dlt_load_id": True,
    "load.raise_on_max_retries": 3,
}
_VARIANT = "__v_"
_NAMING: Any = naming.NamingConvention()
_KNOWN = {
    "ChunkedEncodingError": "its answer was cut short",
    "ConnectTimeout": "it does not answer",
    "ReadTimeout": "it does not answer in time",
    "ConnectionError": "it does not answer",
    "IncrementalCursorPathMissing": "a row lacks the column that grows, and without a key such rows would come again and again",
    "IncrementalCursorPathHasValueNone": "a row lacks the column that grows, and without a key such rows would come again and again",
}
"""What faults of libraries mean, by their names."""
_MISFITS = ("ArrowInvalid", "ArrowTypeError", "ArrowNotImplementedError", "ValueError", "OverflowError")
"""Faults of a value that a column's type cannot carry."""


@dataclass(frozen=True, slots=True)
class Into:
    """Where the rows of one table come from, and how they go in."""

    origin: DatasetName
    write: str
    key: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    """Columns that are read as text, because values in them are of several types."""
    more: Callable[[], bool] = lambda: False
    """Whether the last answer spoke of more than was asked for."""


def normal(name: str) -> str:
    """A name as it stands in the lake."""
    return str(_NAMING.normalize_path(name))


def fetch(
    source: Any, name: str, folder: Path, staging: Staging, tables: Mapping[str, Into], credentials: Sequence[str] = ()
) -> dict[str, tuple[StagedTable, ...]]:
    """Fetch everything new of a dlt source; gives the tables of each batch, which stand in the staging folder and are not sealed yet.

    `tables` says by a table's name where its rows come from and how they go in; a table below another comes from where that one does.
    `credentials` are the references of secrets, which are named where they are refused.
    What an earlier fetch had finished when it was cut short is among them; what it had not, dlt fetches again.

    Raises:  SourceUnreachable: what was fetched in part is fetched again the next time.
    """
    touched: set[str] = set()
    into = {normal(table): told for table, told in tables.items()}

    def take(path: str, table: Any) -> None:
        """Take over one file that dlt has made; the same file again replaces itself."""
        if str(table["name"]).startswith(_INTERNAL):
            return
        file = Path(path)
        batch = file.parent.parent.name
        place = staging.folder(batch, table["name"])
        staging.describe(batch, _described(table, into))
        shutil.copyfile(path, place / file.name.removeprefix(f"{table['name']}."))
        touched.add(batch)

    for setting, value in _SETTINGS.items():
        dlt.config[setting] = value
    decorate: Any = dlt.destination  # because its types know only its use as a decorator
    sink = decorate(
        take,
        batch_size=0,
        loader_file_format="parquet",
        name="headwater",
        skip_dlt_columns_and_tables=False,
        max_table_nesting=2,
        naming_convention=naming.__name__,
    )
    pipeline = dlt.pipeline(pipeline_name=name, destination=sink, dataset_name=name, pipelines_dir=str(folder))
    try:
        if pipeline.has_pending_data:  # because dlt would leave what is new for the next time
            pipeline.run()
        pipeline.run(source)
        completed = set(pipeline.list_completed_load_packages())
    except PipelineStepFailed as fault:
        raise _unreachable(name, fault, credentials) from None
    whole = touched | {batch for batch in staging.unsealed() if batch in completed}
    return {batch: staging.described(batch) for batch in sorted(whole)}


def _described(table: Any, tables: Mapping[str, Into]) -> StagedTable:
    """What dlt knows of a table: how its rows go in, by which key, and which of its columns changed their type."""
    name = str(table["name"])
    columns = table.get("columns", {})
    variants = sorted(column for column in columns if _VARIANT in column)
    top, into = _top(name, tables)
    return StagedTable(
        name=name,
        write=into.write if top == name or into.write == "append" else BELOW,
        key=tuple(normal(column) for column in into.key) if top == name else (),
        origin=into.origin,
        gaps=(
            *(_read_as_text(column) for column in into.mixed if top == name),
            *([_UNREAD_PAGES] if top == name and into.more() else ()),
            *(
                ScanGap(
                    "COLUMN-CHANGED-TYPE",
                    f"values of column `{column.partition(_VARIANT)[0]}` are of another type than before; they stand in `{column}`",
                )
                for column in variants
            ),
        ),
    )


_UNREAD_PAGES = ScanGap("PAGES-UNREAD", "the last answer speaks of more pages, and no way to them is known: set `paginator` in lake.toml")


def _read_as_text(column: str) -> ScanGap:
    return ScanGap("COLUMN-CHANGED-TYPE", f"values of column `{column}` are of several types at the source; they stand in the lake as text")


def _top(table: str, tables: Mapping[str, Into]) -> tuple[str, Into]:
    """What is said of a table, or of the one that it hangs below (`visits__items` below `visits`)."""
    top = table
    while top not in tables and "__" in top:
        top = top.rpartition("__")[0]
    return (top, tables[top]) if top in tables else (table, next(iter(tables.values())))


def _unreachable(name: str, fault: PipelineStepFailed, credentials: Sequence[str]) -> SourceUnreachable:
    """What went wrong, without messages of others: those may hold values or credentials."""
    causes = list(_causes(fault))
    status = next((told for cause in causes if (told := getattr(getattr(cause, "response", None), "status_code", None))), None)
    again = f"headwater source run {name}"
    if status in (401, 403):
        which = f"check {' and '.join(credentials)}" if credentials else "set `auth` in lake.toml"
        problem = f"cannot load source `{name}`: it refuses the credentials with status {status}"
        return SourceRefused(problem, next_step=f"{which}, then {again}")
    if status is not None:
        problem = f"cannot load source `{name}`: it answered with status {status}"
        is_passing = status >= 500 or status == 429
        return SourceUnreachable(problem, next_step=again) if is_passing else SourceRefused(problem, next_step="correct lake.toml")
    if any(type(cause).__name__ == "InsufficientPrivilege" or _is_denied(cause) for cause in causes):
        problem = f"cannot load source `{name}`: its account may not read what was set up"
        return SourceRefused(problem, next_step=f"grant it the right to read, then {again}")
    table = next((told for cause in causes if (told := getattr(cause, "pipe_name", None))), None)
    if table is not None and type(causes[-1]).__name__ in _MISFITS:
        problem = f"cannot load source `{name}`: a value in table `{table}` does not fit the type of its column"
        return SourceRefused(problem, next_step=f"read only columns that fit, by `columns` in lake.toml, then {again}")
    words = _words(causes) or f"it failed in step `{fault.step}` ({type(causes[-1]).__name__})"
    return SourceUnreachable(f"cannot load source `{name}`: {words}", next_step=again)


def _is_denied(cause: BaseException) -> bool:
    """Whether MySQL or MariaDB refuses to read a table or column."""
    return bool(cause.args) and cause.args[0] in (1142, 1143)


def _words(causes: Sequence[BaseException]) -> str:
    for cause in causes:
        if isinstance(cause, PlainFault):
            return str(cause)
        if type(cause).__name__ in _KNOWN:
            return _KNOWN[type(cause).__name__]
    return ""


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """A fault and what caused it, the first cause last."""
    cause: BaseException | None = fault
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
