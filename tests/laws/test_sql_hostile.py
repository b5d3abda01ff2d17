"""Law: no text crashes the reading of SQL, hangs it, makes it use up memory, or is called complete with reasons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.laws.hostile import Reader, texts


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def test_a_few_hostile_texts_come_to_an_end(reader: Reader) -> None:
    assert [str(found) for dialect, text in texts(1, 100) if (found := reader.finding(dialect, text))] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_many_hostile_texts_come_to_an_end(reader: Reader, seed: int) -> None:
    assert [str(found) for dialect, text in texts(seed, 1_000) if (found := reader.finding(dialect, text))] == []
