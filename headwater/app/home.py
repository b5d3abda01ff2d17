"""The home directory: keys, files, the lock that one server holds, and the note by which others find that server.

Directories are 0700 and files 0600; keys or a ledger that others can reach are refused with the command that closes it.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

import msgspec

from headwater.app.lock import FileLock
from headwater.model.errors import HomeFault

FORMAT = 1
KEY_BYTES = 32

_PUT_BACK = "put it back from a copy of the home, then run `headwater ledger verify`"
_BEFORE_BIRTH = frozenset({"headwater.toml", "keys", "lock"})
"""What may lie in a directory that is not a home yet: settings, and the remains of a creation that was cut short."""


class Identity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a home is: the layout's version, and the origin its checkpoints are signed under."""

    format: int
    origin: str


@dataclass(frozen=True, slots=True, repr=False)
class HomeKeys:
    """The home's four secrets. No repr, so that no log or traceback shows them."""

    signing: bytes
    dedup: bytes
    redaction: bytes
    sealing: bytes


@dataclass(frozen=True, slots=True)
class Home:
    """An opened home directory."""

    path: Path
    identity: Identity
    keys: HomeKeys

    @classmethod
    def create(cls, path: Path) -> Home:
        """Make a home with fresh keys, or open the one that is there.

        Raises:  HomeFault: it cannot be made there, or not be opened.
        """
        try:
            _furnish(path)
        except OSError as error:
            raise HomeFault(f"cannot create home `{path}`: {_why(error)}", next_step="choose another --home") from error
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Home:
        """Open an existing home.

        Raises:  HomeFault: it is missing, unreadable, of another format, or it, its keys or its ledger are open to others.
        """
        try:
            identity = msgspec.json.decode((path / "home.json").read_bytes(), type=Identity)
        except (FileNotFoundError, NotADirectoryError):
            raise HomeFault(f"cannot open home `{path}`: no Headwater home there", next_step="headwater up") from None
        except (OSError, msgspec.DecodeError) as error:
            raise HomeFault(f"cannot open home `{path}`: `home.json` is unreadable", next_step=_PUT_BACK) from error
        if identity.format != FORMAT:
            problem = f"cannot open home `{path}`: expected format {FORMAT}, got {identity.format}"
            raise HomeFault(problem, next_step="install the Headwater that made this home")
        for private in (path, path / "keys", path / "ledger.sqlite"):
            if private.exists():
                _refuse_open(private)
        return cls(path, identity, HomeKeys(**{name: _read_key(path / "keys" / name) for name in HomeKeys.__slots__}))

    @property
    def ledger_path(self) -> Path:
        """Where the embedded entry store lives."""
        return self.path / "ledger.sqlite"

    @property
    def views_path(self) -> Path:
        """Where views are saved; it may be deleted at any time and is built again."""
        return self.path / "views.sqlite"

    @property
    def keys_path(self) -> Path:
        """Where the fold of API keys is saved; it may be deleted at any time and is built again."""
        return self.path / "keys.view"

    @property
    def server_path(self) -> Path:
        """The note of a running server; see `server_note.py`."""
        return self.path / "server.json"

    def lock(self) -> FileLock:
        """The right to serve this home; enter it, and it lasts until left or the process ends."""
        return FileLock(self.path / "lock", f"cannot serve home `{self.path}`: another server holds it")


def write_private(path: Path, content: bytes) -> None:
    """Put a file in place whole or not at all, readable by its owner alone."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _furnish(path: Path) -> None:
    """Put everything a home needs in place, unless it is one already."""
    if (path / "home.json").exists():
        return
    if path.exists() and (not path.is_dir() or any(entry.name not in _BEFORE_BIRTH for entry in path.iterdir())):
        raise HomeFault(f"cannot create home `{path}`: expected an empty directory", next_step="choose another --home")
    _make_directory(path)
    _make_directory(path / "keys")
    with FileLock(path / "lock", f"cannot create home `{path}`: another process is creating it"):
        if not (path / "home.json").exists():
            for name in HomeKeys.__slots__:
                write_private(path / "keys" / name, secrets.token_bytes(KEY_BYTES).hex().encode())
            identity = Identity(format=FORMAT, origin=f"headwater.local/{secrets.token_hex(8)}")
            write_private(path / "home.json", msgspec.json.encode(identity))


def _make_directory(path: Path) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _read_key(path: Path) -> bytes:
    try:
        _refuse_open(path)
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise HomeFault(f"cannot open key `{path}`: it is missing", next_step=_PUT_BACK) from None
    except (OSError, ValueError) as error:
        raise HomeFault(f"cannot open key `{path}`: it is unreadable", next_step=_PUT_BACK) from error
    if len(key) != KEY_BYTES:
        raise HomeFault(f"cannot open key `{path}`: expected {KEY_BYTES} bytes, got {len(key)}", next_step=_PUT_BACK)
    return key


def _refuse_open(path: Path) -> None:
    """Refuse a path that others than its owner can reach."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        wanted = "700" if path.is_dir() else "600"
        raise HomeFault(f"cannot trust `{path}`: expected mode 0{wanted}, got 0{mode:o}", next_step=f"chmod {wanted} {path}")
