"""Of made-up pipelines every planted leak is told, nearly nothing else is told for sure, and a second, naive propagation agrees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.answers.leaks.raised import scene_of
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.keys import LOCAL
from headwater.model.questions import LeaksQuestion
from headwater.model.sensitivity.info_types import INFO_TYPES
from headwater.sdk.local import LocalClient
from tests.leaks.naive import Naive
from tests.leaks.pipelines import Pipeline, pipeline
from tests.leaks.played import disagreements, play
from tests.leaks.recording import record
from tests.leaks.scoring import score

SEEDS = range(40)
MANY = range(40, 260)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalClient, list[Pipeline]]]:
    """A home in which pipelines were recorded."""
    pipelines = [pipeline(seed) for seed in SEEDS]
    with LocalClient.open(tmp_path_factory.mktemp("leaks") / "home", create=True) as client:
        record(client, pipelines)
        yield client, pipelines


def test_every_leak_is_told_and_no_look_alike_is_confirmed(told: tuple[LocalClient, list[Pipeline]]) -> None:
    client, pipelines = told
    found = score(pipelines, client.leaks(limit=10_000).result.leaks)
    assert found.planted > 50
    assert (found.missed, found.missed_surely, found.misplaced) == ((), (), ())
    assert found.precision >= 0.95, found.false


def test_a_naive_propagation_gives_the_same_labels(told: tuple[LocalClient, list[Pipeline]]) -> None:
    client, _ = told
    client.leaks()
    with client._headwater.follower.reading() as views:
        moment = Moment.of(LeaksQuestion(), views)
        scene = scene_of(views, Sight.of(LOCAL), moment)
        naive = Naive(views, moment, scene.seeds)
        nodes = range(len(views.derivations.nodes.nodes))
        for sure in (False, True):
            wrong = [
                (views.derivations.nodes.nodes[node], info_type)
                for node in nodes
                for info_type in INFO_TYPES
                if naive.held(node, info_type, sure=sure) != scene.carried.held(node, info_type, sure=sure)
            ]
            assert wrong == []


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_the_truth_is_what_running_the_statements_shows(seed: int) -> None:
    assert disagreements(*play(seed)) == []


@pytest.mark.slow
def test_every_leak_of_many_pipelines_is_told(tmp_path: Path) -> None:
    pipelines = [pipeline(seed) for seed in MANY]
    with LocalClient.open(tmp_path / "home", create=True) as client:
        record(client, pipelines)
        found = score(pipelines, client.leaks(limit=10_000).result.leaks)
    assert (found.missed, found.missed_surely, found.misplaced) == ((), (), ())
    assert found.precision >= 0.95, found.false


@pytest.mark.slow
@pytest.mark.parametrize("seed", MANY)
def test_the_truth_of_many_is_what_running_them_shows(seed: int) -> None:
    assert disagreements(*play(seed)) == []
