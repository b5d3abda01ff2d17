"""The use case diff: which rows two versions of a dataset do not share, read from the lake itself and only where the two differ."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from shlex import quote

import pyarrow as pa

from headwater.edges.engines.differences.parts import Part
from headwater.edges.engines.differences.rows import Asked, row_difference
from headwater.edges.sources.lakes.driver import LakeDriver, VersionFile
from headwater.model.differences import RowDifference
from headwater.model.errors import UsageError
from headwater.model.lake_answers import DatasetState

_SCHEMA, _SETTING = "schema-", "set-"
"""How versions of an Iceberg table are called that are no snapshots: a schema that came, and the setting of another current version."""
_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeDiff:
    """How two versions of a dataset differ. `files_*` count files of each kind; tokens of keys are comparable within one answer only.

    `columns_renamed` are columns that the format knows by an id, each with its name before and after: `rows` has them by the later name.
    """

    dataset: str
    old: str
    new: str
    files_shared: int
    files_removed: tuple[str, ...]
    files_added: tuple[str, ...]
    rows: RowDifference
    columns_renamed: tuple[tuple[str, str], ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether a reader sees the same rows in both."""
        rows = self.rows
        columns = rows.columns_added or rows.columns_removed or self.columns_renamed
        return not (rows.added or rows.removed or rows.changed or columns)


def diff(driver: LakeDriver, dataset: str, old: str, new: str, keys: tuple[str, ...] = ()) -> LakeDiff:
    """Compare two versions of a dataset, reading only files that they do not share. A key may be named as either version names it.

    Raises:  VersionGone, DatasetUnreadable, LakeUnreachable, ContentFault; UsageError: a key is no column of both.
    """
    files_old, files_new = driver.files(dataset, old), driver.files(dataset, new)
    names = later_names(_ids(files_old), _ids(files_new))
    before = [Part(file.path, file.identity, partial(_opened, file, names)) for file in files_old]
    after = [Part(file.path, file.identity, file.opened) for file in files_new]
    shared = {part.identity for part in before} & {part.identity for part in after}
    secret = secrets.token_bytes(32)

    def token(kind: str, value: str) -> str:
        """A name for a value that tells it from others and says nothing of it."""
        return f"hw:{kind}:{hmac.new(secret, value.encode(), 'sha256').hexdigest()[:12]}"

    return LakeDiff(
        dataset=dataset,
        old=old,
        new=new,
        files_shared=sum(part.identity in shared for part in after),
        files_removed=tuple(part.path for part in before if part.identity not in shared),
        files_added=tuple(part.path for part in after if part.identity not in shared),
        rows=row_difference(before, after, Asked(keys=tuple(names.get(key, key) for key in keys)), token=token),
        columns_renamed=tuple((was, name) for was, name in names.items() if name in _ids(files_new)),
    )


def find_version(told: DatasetState, dataset: str, text: str) -> str:
    """The version that is meant by its name or enough of its beginning; that the current one was set means the one it was set to.

    Raises:  UsageError: no scan has seen one that begins so, several begin so, or it holds no rows of its own.
    """
    fitting = [text] if text in told.versions else sorted(version for version in told.versions if version.startswith(text))
    next_step = f"headwater lake history {quote(str(dataset))}"
    if len(fitting) != 1:
        some = ", ".join(f"`{version}`" for version in fitting[:_SHOWN])
        told_of = f"{len(fitting)} begin so: {some}{' and more' if len(fitting) > _SHOWN else ''}" if fitting else "no scan has seen one"
        problem = f"cannot tell which version `{text}` of `{dataset}` means: expected the beginning of one, but {told_of}"
        raise UsageError(problem, next_step=next_step)
    [version] = fitting
    if version.startswith(_SCHEMA):
        problem = f"cannot compare rows of version `{version}` of `{dataset}`: it changed columns, and holds no rows of its own"
        raise UsageError(problem, next_step=f"headwater lake schema {dataset}")
    return version.rpartition("-")[2] if version.startswith(_SETTING) else version


def later_names(old: Mapping[str, int], new: Mapping[str, int]) -> dict[str, str]:
    """What columns of an older version are compared as where that is not their own name: each is compared with the one of its id.

    One whose name another column has taken since is compared with none.
    """
    by_id = {number: name for name, number in new.items()}
    found: dict[str, str] = {}
    for name, number in old.items():
        later = by_id.get(number)
        if later is None and name in new:
            later = f"{name} (dropped)"
            while later in new or later in old:
                later += "'"
        if later is not None and later != name:
            found[name] = later
    return found


def _ids(files: list[VersionFile]) -> dict[str, int]:
    return {name: number for file in files for name, number in file.ids.items()}


def _opened(file: VersionFile, names: Mapping[str, str]) -> pa.RecordBatchReader:
    """The rows of a file, its columns by their later names."""
    reader = file.opened()
    if not names:
        return reader
    schema = pa.schema([field.with_name(names.get(field.name, field.name)) for field in reader.schema])
    return pa.RecordBatchReader.from_batches(schema, (batch.rename_columns(schema.names) for batch in reader))
