"""Where the lakes are, as `lake.toml` says.

[lake.clinic]
kind = "iceberg"
location = "sqlite:////srv/lake/catalog.db"
namespace = "headwater://clinic"

[lake.clinic.properties]
warehouse = "s3://clinic/warehouse"
"s3.secret-access-key" = "env:CLINIC_S3_SECRET"
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec

from headwater.app.places import FILE_NAME, read_section, write_section
from headwater.model.errors import UsageError
from headwater.model.lakes import LakeKind

SECTION = "lake"
_DATABASE = re.compile(r"^(sqlite|postgresql|mysql)(\+[a-z0-9_]+)?:", re.IGNORECASE)


class LakePlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where one lake is. `namespace` is what its datasets are known under, `properties` are settings of its catalog or storage."""

    kind: LakeKind
    location: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    namespace: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    properties: dict[str, str] = {}


class UnknownLake(UsageError):
    """No lake of this name stands in `lake.toml`."""

    code: ClassVar[str] = "LAKE-UNKNOWN"


def read_places(home: Path) -> dict[str, LakePlace]:
    """The lakes of a home by name; none where there is no file.

    Raises:  ConfigFault: the file cannot be read, or says something that no lake can be.
    """
    return read_section(home, SECTION, LakePlace)


def find_place(home: Path, name: str) -> LakePlace:
    """One lake of a home.

    Raises:  UnknownLake, ConfigFault.
    """
    places = read_places(home)
    if name not in places:
        known = f"one of {', '.join(f'`{other}`' for other in sorted(places))}" if places else "one that was added"
        raise UnknownLake(
            f"cannot find lake `{name}` in `{home / FILE_NAME}`: expected {known}", next_step="headwater lake add NAME LOCATION"
        )
    return places[name]


def write_place(home: Path, name: str, place: LakePlace) -> None:
    """Put a lake into the file.

    Raises:  UsageError: a name that is none, or a secret that stands there itself. ConfigFault: the file cannot be read or written.
    """
    told: dict[str, Any] = msgspec.to_builtins(place)
    write_section(home, SECTION, name, told)


def guess_kind(location: str) -> LakeKind:
    """What kind of lake a location looks like: a catalog's address, a folder of Delta tables, or a folder of files."""
    if _DATABASE.match(location) or location.startswith(("http://", "https://", "thrift://")) or location in ("glue", "rest", "hive"):
        return "iceberg"
    folder = Path(location.removeprefix("file://"))
    if folder.is_dir() and (next(folder.glob("**/_delta_log"), None) is not None):
        return "delta"
    return "folder"
