"""`lake.toml`: where the lakes are, in one file that people read and edit. Secrets stand in it only by reference.

    [lake.clinic]
    kind = "iceberg"
    location = "sqlite:////srv/lake/catalog.db"
    namespace = "headwater://clinic"

    [lake.clinic.properties]
    warehouse = "s3://clinic/warehouse"
    "s3.secret-access-key" = "env:CLINIC_S3_SECRET"

A value `env:NAME` is read from the environment, `file:PATH` from a file, when the lake is opened; neither is ever written anywhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import tomlkit
from tomlkit.exceptions import ParseError

from headwater.model.errors import ConfigFault, UsageError
from headwater.model.lakes import LakeKind

FILE_NAME = "lake.toml"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_SECRET = re.compile(r"secret|password|passwd|token|credential|api[-_.]?key|access[-_.]?key$|private", re.IGNORECASE)
_USERINFO = re.compile(r"^[a-z0-9+.-]+://[^/@]*:[^/@]+@", re.IGNORECASE)
_DATABASE = re.compile(r"^(sqlite|postgresql|mysql)(\+[a-z0-9_]+)?:", re.IGNORECASE)
_REFERENCES = ("env:", "file:")


class LakePlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where one lake is, as `lake.toml` says. `namespace` is what its datasets are known under."""

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
    found: dict[str, LakePlace] = {}
    for name, told in dict(_document(home).get("lake", {})).items():
        try:
            found[check_name(str(name))] = msgspec.convert(_plain(told), LakePlace)
        except msgspec.ValidationError as fault:
            raise ConfigFault(
                f"cannot read lake `{name}` in `{home / FILE_NAME}`: {fault}", next_step=f"correct {home / FILE_NAME}"
            ) from None
    return found


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
    """Put a lake into the file, keeping everything else in it as it is; the same name again replaces it.

    Raises:  UsageError: a name that is none, or a secret that stands there itself. ConfigFault: the file cannot be read or written.
    """
    check_name(name)
    check_secrets(place)
    document = _document(home)
    lakes = document.setdefault("lake", tomlkit.table(is_super_table=True))
    table = tomlkit.table()
    table.update({"kind": place.kind, "location": place.location, "namespace": place.namespace})
    if place.properties:
        table["properties"] = place.properties
    lakes[name] = table
    path = home / FILE_NAME
    try:
        path.write_text(tomlkit.dumps(document), encoding="utf-8")
        path.chmod(0o600)
    except OSError as error:
        raise ConfigFault(f"cannot write `{path}`: {error.strerror}", next_step="check the home directory") from None


def guess_kind(location: str) -> LakeKind:
    """What kind of lake a location looks like: a catalog's address, a folder of Delta tables, or a folder of files."""
    if _DATABASE.match(location) or location.startswith(("http://", "https://", "thrift://")) or location in ("glue", "rest", "hive"):
        return "iceberg"
    folder = Path(location.removeprefix("file://"))
    if folder.is_dir() and (next(folder.glob("**/_delta_log"), None) is not None):
        return "delta"
    return "folder"


def check_name(name: str) -> str:
    """The name, where it can be one.

    Raises:  UsageError.
    """
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"cannot use lake name `{name[:80]}`: expected lower-case letters, digits, `-` and `_`, at most 63",
            next_step="headwater lake add --help",
        )
    return name


def check_secrets(place: LakePlace) -> None:
    """Refuse a secret that would be written into the file.

    Raises:  UsageError: names the property, never its value.
    """
    if _USERINFO.match(place.location):
        raise UsageError(
            "cannot add lake: expected no password in its location",
            next_step='pass it by reference: --property password="env:LAKE_PASSWORD"',
        )
    for key, value in place.properties.items():
        if (_SECRET.search(key) and not value.startswith(_REFERENCES)) or _USERINFO.match(value):
            raise UsageError(
                f"cannot add lake: expected property `{key}` by reference, got a value",
                next_step=f'pass --property {key}="env:NAME_OF_A_VARIABLE"',
            )


def resolved(properties: Mapping[str, str], environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Properties with references followed.

    Raises:  ConfigFault: a variable is not set or a file cannot be read; names it, never a value.
    """
    variables = os.environ if environ is None else environ
    return {key: _followed(key, value, variables) for key, value in properties.items()}


def _followed(key: str, value: str, variables: Mapping[str, str]) -> str:
    kind, _, target = value.partition(":")
    if kind == "env":
        if target not in variables:
            raise ConfigFault(
                f"cannot open lake: property `{key}` names variable `{target}`, which is not set", next_step=f"export {target}=…"
            )
        return variables[target]
    if kind == "file" and _SECRET.search(key):
        try:
            return Path(target).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigFault(
                f"cannot open lake: property `{key}` names file `{target}`, which cannot be read", next_step=f"check {target}"
            ) from None
    return value


def _document(home: Path) -> tomlkit.TOMLDocument:
    path = home / FILE_NAME
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return tomlkit.document()
    except (OSError, UnicodeDecodeError):
        raise ConfigFault(f"cannot read `{path}`: expected readable UTF-8 text", next_step=f"correct {path}") from None
    except ParseError as fault:
        raise ConfigFault(f"cannot read `{path}`: {fault}", next_step=f"correct {path}") from None


def _plain(told: Any) -> Any:
    return told.unwrap() if hasattr(told, "unwrap") else told
