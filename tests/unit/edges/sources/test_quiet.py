from __future__ import annotations

import logging
import warnings

import pytest

from headwater.edges.sources.loading.quiet import unheard


def test_lines_and_warnings_of_libraries_are_dropped_until_it_ends(capfd: pytest.CaptureFixture[str]) -> None:
    handler, own = logging.StreamHandler(), logging.getLogger("dlt")
    own.addHandler(handler)
    try:
        with unheard():
            own.warning("quinine")
            logging.getLogger("a.library.of.others").warning("quinine")
            warnings.warn("quinine", stacklevel=1)
        assert "quinine" not in capfd.readouterr().err
        own.warning("heard again")
        assert "heard again" in capfd.readouterr().err
    finally:
        own.removeHandler(handler)
