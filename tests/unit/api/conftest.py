"""One server for the tests of a file that do not change how it runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.api.running import Running, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("served") / "home") as started:
        yield started
