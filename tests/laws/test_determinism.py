"""Answers and saves are the same bytes in every process, whatever seed Python hashes text with."""

from __future__ import annotations

import os
import subprocess
import sys

STORY = """
from hashlib import sha256
import msgspec
from headwater.model.questions import *
from headwater.projections.saved import capture
from tests.laws.stories import telling, DATASETS
from tests.unit.telling import copy
told = telling()
names = [f"{dataset.namespace}|{dataset.name}" for dataset in DATASETS]
for number in range(40):
    one, other = names[number % 5], names[(number * 3 + 1) % 5]
    flows = [copy(one, column, column) for column in ("x", "y", "z", f"c{number % 7}")]
    told.run(f"job{number % 4}", run=f"r{number % 9}", reads=names[: number % 5], writes=[other, one], flows=flows, at=number,
             change="OVERWRITE" if number % 6 == 0 else None)
    if number % 8 == 3:
        told.alias(one, other, at=number)
    if number % 11 == 5:
        told.drop(one, at=number)
    if number % 13 == 7:
        told.rename(one, other, at=number)
    told.schema(other, "x", "y", f"c{number % 3}", at=number)
digest = sha256()
for name in names:
    node = name.replace("|", ":")
    for question in (LineageQuestion(node=f"dataset:{node}", direction="both", columns=True), ImpactQuestion(node=f"dataset:{node}"),
                     ShowQuestion(node=f"dataset:{node}"), GapsQuestion(), StatusQuestion(), SearchQuestion(text="a"),
                     LineageQuestion(node="job1", direction="both", known_at=20)):
        digest.update(msgspec.json.encode(told.ask(question)))
print(digest.hexdigest())
state = capture(told.views, told.statements, "v")
for kind in sorted(state.rows):
    for key, value in state.rows[kind].items():
        digest.update(key + value)
for name in sorted(state.blobs):
    digest.update(state.blobs[name])
print(digest.hexdigest())
"""


def told_with(seed: int) -> str:
    environment = os.environ | {"PYTHONHASHSEED": str(seed)}
    return subprocess.run([sys.executable, "-c", STORY], env=environment, capture_output=True, text=True, check=True).stdout


def test_the_seed_of_hashes_leaves_no_mark_on_answers_and_saves() -> None:
    assert len({told_with(seed) for seed in (1, 2, 3)}) == 1
