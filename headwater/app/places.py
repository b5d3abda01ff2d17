"""`lake.toml`: lakes and sources of a home, in one file that people read and edit. Secrets stand in it only by reference.

A value `env:NAME` is read from the environment, `file:PATH` from a file, when a lake or source is opened; neither is ever written
anywhere. `lakes/places.py` and `sources/places.py` say what a lake and a source can be.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import tomlkit
from tomlkit.exceptions import ParseError

from headwater.model.errors import ConfigFault, UsageError

FILE_NAME = "lake.toml"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_SECRET = re.compile(r"secret|password|passwd|token|credential|api[-_.]?key|access[-_.]?key$|private", re.IGNORECASE)
_USERINFO = re.compile(r"^[a-z0-9+.-]+://[^/@]*:[^/@]+@", re.IGNORECASE)
_REFERENCES = ("env:", "file:")

P = TypeVar("P", bound=msgspec.Struct)


def read_section(home: Path, section: str, form: Any) -> dict[str, Any]:
    """Everything of one kind in the file, by name; nothing where there is no file.

    Raises:  ConfigFault: the file cannot be read, or says something that `form` does not fit.
    """
    found: dict[str, Any] = {}
    for name, told in dict(_document(home).get(section, {})).items():
        try:
            found[check_name(str(name))] = msgspec.convert(_plain(told), form)
        except msgspec.ValidationError as fault:
            problem = f"cannot read {section} `{name}` in `{home / FILE_NAME}`: {str(fault)[:1].lower()}{str(fault)[1:]}"
            raise ConfigFault(problem, next_step=f"correct {home / FILE_NAME}") from None
    return found


def write_section(home: Path, section: str, name: str, told: Mapping[str, Any]) -> None:
    """Put one thing into the file, keeping everything else in it as it is; the same name again replaces it.

    Raises:  UsageError: a name that is none, or a secret that stands there itself. ConfigFault: the file cannot be read or written.
    """
    check_name(name)
    check_secrets(told)
    document = _document(home)
    things = document.setdefault(section, tomlkit.table(is_super_table=True))
    things[name] = tomlkit.item(dict(told))
    path = home / FILE_NAME
    try:
        path.write_text(tomlkit.dumps(document), encoding="utf-8")
        path.chmod(0o600)
    except OSError as error:
        raise ConfigFault(f"cannot write `{path}`: {error.strerror}", next_step="check the home directory") from None


def check_name(name: str) -> str:
    """The name, where a lake or source can have it.

    Raises:  UsageError.
    """
    if _NAME.fullmatch(name) is None:
        problem = f"cannot use name `{name[:80]}`: expected lower-case letters, digits, `-` and `_`, at most 63"
        raise UsageError(problem, next_step="choose another name")
    return name


def check_secrets(told: Any, key: str = "") -> None:
    """Refuse a secret that would be written into the file.

    Raises:  UsageError: names the setting, never its value.
    """
    if isinstance(told, Mapping):
        for name, value in told.items():
            check_secrets(value, str(name))
    elif isinstance(told, list | tuple):
        for value in told:
            check_secrets(value, key)
    elif isinstance(told, str) and not told.startswith(_REFERENCES) and (_is_secret(key) or _USERINFO.match(told)):
        problem = f"cannot write setting `{key}`: expected a secret by reference, got a value"
        raise UsageError(problem, next_step=f'say {key} = "env:NAME_OF_A_VARIABLE" or "file:PATH"')


def _is_secret(key: str) -> bool:
    """Whether a setting of this name holds a secret; the address where tokens are given is none."""
    return _SECRET.search(key) is not None and not key.lower().endswith("_url")


def resolved(told: Any, environ: Mapping[str, str] | None = None, key: str = "") -> Any:
    """Settings with references followed, in objects and lists too.

    Raises:  ConfigFault: a variable is not set or a file cannot be read; names it, never a value.
    """
    variables = os.environ if environ is None else environ
    if isinstance(told, Mapping):
        return {name: resolved(value, variables, str(name)) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [resolved(value, variables, key) for value in told]
    return _followed(key, told, variables) if isinstance(told, str) else told


def references(told: Any) -> list[str]:
    """The references in settings, such as `env:TOKEN`, in objects and lists too."""
    if isinstance(told, Mapping):
        return [found for value in told.values() for found in references(value)]
    if isinstance(told, list | tuple):
        return [found for value in told for found in references(value)]
    return [told] if isinstance(told, str) and told.startswith(_REFERENCES) else []


def _followed(key: str, value: str, variables: Mapping[str, str]) -> str:
    kind, _, target = value.partition(":")
    if kind == "env" and target:
        if target not in variables:
            problem = f"cannot read setting `{key}`: it names variable `{target}`, which is not set"
            raise ConfigFault(problem, next_step=f"export {target}=…")
        return variables[target]
    if kind == "file" and _SECRET.search(key):
        try:
            return Path(target).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            problem = f"cannot read setting `{key}`: it names file `{target}`, which cannot be read"
            raise ConfigFault(problem, next_step=f"check {target}") from None
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
