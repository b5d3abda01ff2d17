"""Headwater: know where every drop in your lake came from, and prove it.

`headwater.open(home)` answers in this process; `headwater.connect(url, key)` asks a server. Both give a `Client`.
`headwater.sql_lineage(sql)` reads an SQL text on its own, without either.
Importing this package loads nothing else: each name is fetched when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headwater.sdk import Client as Client
    from headwater.sdk import connect as connect
    from headwater.sdk import open_home
    from headwater.sdk.sql import SqlLineage as SqlLineage
    from headwater.sdk.sql import sql_lineage as sql_lineage

    open = open_home  # noqa: A001  # because `headwater.open` is what people look for

__version__ = "0.1.0"

_LAZY = {
    "open": ("headwater.sdk", "open_home"),
    "connect": ("headwater.sdk", "connect"),
    "Client": ("headwater.sdk", "Client"),
    "sql_lineage": ("headwater.sdk.sql", "sql_lineage"),
    "SqlLineage": ("headwater.sdk.sql", "SqlLineage"),
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'headwater' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _LAZY[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*_LAZY, "__version__"])
