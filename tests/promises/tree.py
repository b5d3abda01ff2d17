"""The package as a whole: every module of it, every subclass of a class, where the tree lies."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import headwater

ROOT = Path(__file__).parents[2]
T = TypeVar("T")


@cache
def all_modules() -> tuple[ModuleType, ...]:
    """Every module of the package, imported; programs (`__main__`) are left alone."""
    names = [found.name for found in pkgutil.walk_packages(headwater.__path__, "headwater.")]
    return tuple(importlib.import_module(name) for name in names if not name.endswith("__main__"))


def every_subclass(parent: type[T]) -> set[type[T]]:
    """All classes derived from a class, at any depth, anywhere in the package."""
    all_modules()
    found: set[type[T]] = set()
    waiting = [parent]
    while waiting:
        for child in waiting.pop().__subclasses__():
            if child not in found and child.__module__.startswith("headwater"):
                found.add(child)
                waiting.append(child)
    return found
