"""Settings: one typed object, built once from a file in the home, then the environment, then flags.

Nothing else in Headwater reads the environment. `Surface` says where to look (home, server, key), which a file inside
the home could not; `Config` says how a home behaves. An unknown name is an error that offers the nearest valid one.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from headwater.model.errors import ConfigFault

PREFIX = "HEADWATER_"
FILE_NAME = "headwater.toml"
DEFAULT_HOME = ".headwater"

_Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
_Positive = Annotated[int, msgspec.Meta(ge=1)]
_Seconds = Annotated[float, msgspec.Meta(gt=0)]


class Surface(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which Headwater is meant: a home directory on this machine, or a server and the key to show it."""

    home: str = DEFAULT_HOME
    """The home directory: ledger, keys and views."""
    url: str | None = None
    """Ask this server instead of a home on this machine."""
    api_key: str | None = None
    """The key to show that server."""


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a home behaves. Field names are the keys of the file; upper-cased after `HEADWATER_` they are the variables."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: _Port = 8080
    """The port to listen on; 0 takes a free one."""
    allow_remote: bool = False
    """Listen on an address other machines can reach."""
    metrics_open: bool = False
    """Serve `/metrics` without a key."""

    max_body_bytes: _Positive = 16 * 1024 * 1024
    """Largest body, before and after decompression; also the longest line of a file."""
    max_ratio: _Positive = 200
    """How many times larger decompression may make a body."""
    max_batch_events: _Positive = 10_000
    """Most events in one batch."""
    max_header_bytes: _Positive = 32 * 1024
    """Largest head of a request."""
    max_connections: _Positive = 1024
    """Most connections at a time."""
    request_timeout_seconds: _Seconds = 30.0
    """How long a request may take to arrive."""
    idle_timeout_seconds: _Positive = 20
    """How long a connection may say nothing between two requests."""

    commit_delay_seconds: Annotated[float, msgspec.Meta(ge=0, le=0.005)] = 0.002
    """How long the first event of a group commit waits for others."""
    commit_entries: Annotated[int, msgspec.Meta(ge=1, le=256)] = 256
    """Most entries in one group commit."""
    queue_entries: _Positive = 4096
    """Most entries that wait for a commit; beyond, clients are asked to come again."""
    queue_bytes: _Positive = 128 * 1024 * 1024
    """Most bytes that wait for a commit."""
    retry_after_seconds: _Positive = 1
    """After how long they are asked to come again."""

    seal: bool = True
    """Keep what redaction took out, encrypted; without it, answers that need recorded values show a gap."""
    wait_seconds: _Seconds = 5.0
    """How long a reader that names `min_position` waits for the views."""
    analysers: Annotated[int, msgspec.Meta(ge=0, le=64)] = 1
    """Processes that read SQL; 0 reads it in the server's own."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least severe lines that the log keeps."""


def find_surface(flags: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> Surface:
    """Where to look, from the environment and then flags; a flag that is None was not given."""
    variables = _variables(os.environ if environ is None else environ)
    return _build(Surface, {key: variables[key] for key in Surface.__struct_fields__ if key in variables}, flags)


def load_config(home: Path, flags: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """How this home behaves: its `headwater.toml`, then the environment, then flags; a flag that is None was not given.

    Raises:  ConfigFault: an unknown key, or a value of the wrong type or range.
    """
    settings = _read_file(home / FILE_NAME)
    variables = _variables(os.environ if environ is None else environ)
    settings |= {key: value for key, value in variables.items() if key not in Surface.__struct_fields__}
    return _build(Config, settings, flags)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError):
        raise ConfigFault(f"cannot read settings file `{path}`: expected readable UTF-8 text", next_step=f"correct {path}") from None
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigFault(f"cannot read settings file `{path}`: {error}", next_step=f"correct {path}") from None
    for key in settings:
        _known(key, Config.__struct_fields__, f"setting `{key}` in `{path}`", "")
    return settings


def _variables(environ: Mapping[str, str]) -> dict[str, Any]:
    """Our variables, by lower-case key; a name that is not a setting is refused."""
    names = Config.__struct_fields__ + Surface.__struct_fields__
    found: dict[str, Any] = {}
    for variable, value in environ.items():
        if variable.startswith(PREFIX):
            key = variable.removeprefix(PREFIX).lower()
            _known(key, names, f"environment variable `{variable}`", PREFIX)
            found[key] = value
    return found


def _known(key: str, names: tuple[str, ...], what: str, prefix: str) -> None:
    if key in names:
        return
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.0)
    nearest = f"{prefix}{near[0].upper()}" if prefix else near[0]
    raise ConfigFault(f"cannot use {what}: no such setting", next_step=f"did you mean {nearest}?")


_T = TypeVar("_T", Config, Surface)


def _build(kind: type[_T], settings: dict[str, Any], flags: Mapping[str, object] | None) -> _T:
    for key, value in (flags or {}).items():
        _known(key, kind.__struct_fields__, f"flag `{key}`", "")
        if value is not None:
            settings[key] = value
    try:
        return msgspec.convert(settings, kind, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigFault(f"cannot use setting {_spell(str(error))}", next_step="headwater up --help") from None


def _spell(message: str) -> str:
    """Put the setting's name, which msgspec writes last as a path, first."""
    what, separator, path = message.partition(" - at `$.")
    return f"`{path.rstrip('`')}`: {what[:1].lower()}{what[1:]}" if separator else message
