"""Which dataset a table name in a statement means, given what its run declared."""

from __future__ import annotations

from collections.abc import Iterable

from headwater.model.ids import DatasetId

FILE_NAMESPACE = "file"


def match_table(table: str, declared: Iterable[DatasetId], home_namespace: str) -> DatasetId:
    """The declared dataset whose dotted name ends like the table's (or the other way round); else a name of its own.

    The longest agreement wins and ties go to the smallest name, so the choice does not depend on order.
    Paths and URIs are datasets of their own; other unknown tables live in the namespace that all declared datasets share.
    """
    wanted = _parts(table)
    best: tuple[int, DatasetId] | None = None
    declared = sorted(declared)
    for dataset in declared:
        agreement = _agreement(wanted, _parts(dataset.name))
        if agreement and (best is None or agreement > best[0]):
            best = (agreement, dataset)
    if best is not None:
        return best[1]
    if "/" in table:
        return _path(table)
    namespaces = {dataset.namespace for dataset in declared}
    return DatasetId(namespaces.pop() if len(namespaces) == 1 else home_namespace, table)


def _parts(name: str) -> tuple[str, ...]:
    """Dotted parts, folded; a path stays whole."""
    if "/" in name:
        return (name.rstrip("/"),)
    return tuple(part.strip('"`[]').casefold() for part in name.split("."))


def _agreement(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many trailing parts agree, 0 unless the shorter name agrees whole."""
    shared = min(len(one), len(other))
    return shared if one[-shared:] == other[-shared:] else 0


def _path(table: str) -> DatasetId:
    scheme, separator, rest = table.partition("://")
    if not separator:
        return DatasetId(FILE_NAMESPACE, table)
    authority, _, path = rest.partition("/")
    return DatasetId(f"{scheme}://{authority}", path or "/")
