"""Keeps what libraries say while a source runs off the terminal: their words may hold values. What matters is told by faults and gaps."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_OWN_HANDLERS = ("dlt",)
"""Loggers of libraries that write to the terminal by themselves; all others do so only where nobody set them up."""


@contextmanager
def unheard() -> Iterator[None]:
    """Drop log lines and warnings of libraries until the block ends; handlers that a program set up for itself still take them."""
    loggers = [logging.getLogger(name) for name in _OWN_HANDLERS]
    before = logging.lastResort
    logging.lastResort = logging.NullHandler()
    for logger in loggers:
        logger.addFilter(_nothing)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger in loggers:
            logger.removeFilter(_nothing)
        logging.lastResort = before


def _nothing(_: logging.LogRecord) -> bool:
    return False
