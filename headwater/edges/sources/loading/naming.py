"""Names of tables and columns in the lake: as the source has them, what is nested parted by `__`. dlt finds this module by its name."""

from __future__ import annotations

from typing import Any, ClassVar

from dlt.common.normalizers.naming import direct

_Direct: Any = direct.NamingConvention  # because dlt has no types where it is not installed
_CLEANED = str.maketrans("\n\r\t'\"`", "______")


class NamingConvention(_Direct):  # type: ignore[misc]  # because its base is of any type
    """Keeps names as they are, so that a column of the lake has the name that it has at its origin."""

    PATH_SEPARATOR: ClassVar[str] = "__"
    _CLEANUP_TABLE = _CLEANED
