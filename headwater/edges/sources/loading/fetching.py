"""Runs a dlt source and leaves what it fetched in a staging folder.

dlt keeps how far it got (cursors) in its own folder beside, and tries again what failed; a file reaches the staging folder only whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headwater.edges.sources.loading.staging import StagedTable, Staging
from headwater.edges.sources.loading.unreachable import SourceUnreachable
from headwater.model.errors import UsageError
from headwater.model.lakes import DatasetName, ScanGap

try:
    import dlt
    from dlt.pipeline.exceptions import PipelineStepFailed
except ImportError:
    raise UsageError("cannot fetch from a source: expected the package dlt", next_step='pip install "headwater[sources]"') from None

_INTERNAL = "_dlt"
_SETTINGS: dict[str, Any] = {
    "runtime.dlthub_telemetry": False,
    "normalize.parquet_normalizer.add_dlt_load_id": True,
    "load.raise_on_max_retries": 3,
}
_VARIANT = "__v_"


def fetch(source: Any, name: str, folder: Path, staging: Staging, origins: Mapping[str, DatasetName]) -> dict[str, tuple[StagedTable, ...]]:
    """Fetch everything new of a dlt source; gives the tables of each batch, which stand in the staging folder and are not sealed yet.

    `origins` says where the rows of a table come from, by the table's name; a table below another comes from where that one does.
    What an earlier fetch had finished when it was cut short is among them; what it had not, dlt fetches again.

    Raises:  SourceUnreachable: what was fetched in part is fetched again the next time.
    """
    touched: set[str] = set()

    def take(path: str, table: Any) -> None:
        """Take over one file that dlt has made; the same file again replaces itself."""
        if str(table["name"]).startswith(_INTERNAL):
            return
        file = Path(path)
        batch = file.parent.parent.name
        place = staging.folder(batch, table["name"])
        staging.describe(batch, _described(table, origins))
        shutil.copyfile(path, place / file.name.removeprefix(f"{table['name']}."))
        touched.add(batch)

    for setting, value in _SETTINGS.items():
        dlt.config[setting] = value
    decorate: Any = dlt.destination  # because its types know only its use as a decorator
    sink = decorate(
        take, batch_size=0, loader_file_format="parquet", name="headwater", skip_dlt_columns_and_tables=False, max_table_nesting=2
    )
    pipeline = dlt.pipeline(pipeline_name=name, destination=sink, dataset_name=name, pipelines_dir=str(folder))
    try:
        pipeline.run(source)
        completed = set(pipeline.list_completed_load_packages())
    except PipelineStepFailed as fault:
        raise SourceUnreachable(
            f"cannot load source `{name}`: it failed in step `{fault.step}` ({_kind(fault)})", next_step=f"headwater source run {name}"
        ) from None
    whole = touched | {batch for batch in staging.unsealed() if batch in completed}
    return {batch: staging.described(batch) for batch in sorted(whole)}


def _described(table: Any, origins: Mapping[str, DatasetName]) -> StagedTable:
    """What dlt knows of a table: how its rows go in, by which key, and which of its columns changed their type."""
    name = str(table["name"])
    columns = table.get("columns", {})
    variants = sorted(column for column in columns if _VARIANT in column)
    return StagedTable(
        name=name,
        write=str(table.get("write_disposition") or "append"),
        key=tuple(column for column, hints in columns.items() if hints.get("primary_key")),
        origin=_origin(name, origins),
        gaps=tuple(
            ScanGap(
                "COLUMN-CHANGED-TYPE",
                f"values of column `{column.partition(_VARIANT)[0]}` are of another type than before; they stand in `{column}`",
            )
            for column in variants
        ),
    )


def _origin(table: str, origins: Mapping[str, DatasetName]) -> DatasetName:
    """Where a table comes from: as said, or as the table it hangs below (`visits__items` below `visits`)."""
    while table not in origins and "__" in table:
        table = table.rpartition("__")[0]
    return origins[table] if table in origins else next(iter(origins.values()))


def _kind(fault: BaseException) -> str:
    """The kind of the first cause, without its message: that may hold values or credentials."""
    cause: BaseException = fault
    while (inner := cause.__cause__ or cause.__context__) is not None:
        cause = inner
    return type(cause).__name__
