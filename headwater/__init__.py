"""Headwater: know where every drop in your lake came from, and prove it.

`headwater.open(home)` answers in this process; `headwater.connect(url, key)` asks a server. Both give a `Client`.
Importing this package loads nothing else: each name is fetched when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headwater.sdk import Client as Client
    from headwater.sdk import connect as connect
    from headwater.sdk import open_home

    open = open_home  # noqa: A001  # because `headwater.open` is what people look for

__version__ = "0.1.0"

_LAZY = {"open": "open_home", "connect": "connect", "Client": "Client"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'headwater' has no attribute {name!r}")
    import headwater.sdk

    return getattr(headwater.sdk, _LAZY[name])


def __dir__() -> list[str]:
    return sorted([*_LAZY, "__version__"])
