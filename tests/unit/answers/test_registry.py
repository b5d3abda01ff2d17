from __future__ import annotations

import msgspec
import pytest

from headwater.answers.registry import QUESTIONS, answer
from headwater.answers.sight import Sight
from headwater.model.errors import UsageError
from headwater.model.questions import Question
from headwater.projections.views import Views
from tests.unit.telling import Telling

ASKED = {"lineage": {"node": "t"}, "impact": {"node": "a"}, "catalog-search": {"text": "t"}, "catalog-show": {"node": "t"}}


def test_every_question_is_answered_under_its_name_and_has_the_same_frame() -> None:
    told = Telling()
    told.run("load", reads=["a"], writes=["t"])
    for name, kind in QUESTIONS.items():
        found = told.ask(msgspec.convert(ASKED.get(name, {}), kind))
        assert (found.question, found.as_of, found.known_at) == (name, "latest", 0)
        assert found.found
        assert msgspec.json.decode(msgspec.json.encode(found))["question"] == name


def test_a_question_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="lineage"):
        answer(Views(), Question(), Sight(("*",)), 0)
