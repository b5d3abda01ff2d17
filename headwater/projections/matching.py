"""Which dataset a table name in a statement means, given what its run declared."""

from __future__ import annotations

from collections.abc import Iterable

from headwater.model.ids import DatasetId

FILE_NAMESPACE = "file"
_PARTS_AT_MOST = 16
"""Endings of a dataset's name that are looked at; no engine's names have as many parts."""


class Matcher:
    """Finds what table names mean among the datasets that a run declared.

    Cost:    one pass over the datasets, then a few look-ups per table, however many datasets there are.
    """

    def __init__(self, declared: Iterable[DatasetId], home_namespace: str) -> None:
        self._by_name: dict[tuple[str, ...], DatasetId] = {}
        """The smallest dataset of each whole dotted name."""
        self._by_ending: dict[tuple[str, ...], DatasetId] = {}
        """The smallest dataset whose name ends in these parts."""
        namespaces: set[str] = set()
        for dataset in sorted(declared):
            namespaces.add(dataset.namespace)
            parts = _parts(dataset.name)
            self._by_name.setdefault(parts, dataset)
            for start in range(max(0, len(parts) - _PARTS_AT_MOST), len(parts)):
                self._by_ending.setdefault(parts[start:], dataset)
        self._namespace = namespaces.pop() if len(namespaces) == 1 else home_namespace

    def match(self, table: str) -> DatasetId:
        """The declared dataset whose dotted name ends like the table's (or the other way round); else a name of its own.

        The longest agreement wins and ties go to the smallest name, so the choice does not depend on order.
        Paths and URIs are datasets of their own; other unknown tables live in the namespace that all declared datasets share.
        """
        wanted = _parts(table)
        found = self._by_ending.get(wanted)
        shorter = (self._by_name.get(wanted[start:]) for start in range(max(0, len(wanted) - _PARTS_AT_MOST), len(wanted)))
        found = found if found is not None else next((dataset for dataset in shorter if dataset is not None), None)
        if found is not None:
            return found
        return _path(table) if "/" in table else DatasetId(self._namespace, table)


def _parts(name: str) -> tuple[str, ...]:
    """Dotted parts, folded; a path stays whole."""
    if "/" in name:
        return (name.rstrip("/"),)
    return tuple(part.strip('"`[]').casefold() for part in name.split("."))


def _path(table: str) -> DatasetId:
    scheme, separator, rest = table.partition("://")
    if not separator:
        return DatasetId(FILE_NAMESPACE, table)
    authority, _, path = rest.partition("/")
    return DatasetId(f"{scheme}://{authority}", path or "/")
