"""Use case: answer a question, for whom, from views that have reached what the asker already knows of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from headwater.answers.registry import answer
from headwater.answers.sight import Sight
from headwater.app.follower import Follower
from headwater.model.answers import Answer
from headwater.model.errors import Forbidden, Overloaded
from headwater.model.keys import Principal
from headwater.model.questions import FreshnessQuestion, Question

PATIENCE_SECONDS = 10.0


def ask(follower: Follower, question: Question, principal: Principal) -> Answer[Any]:
    """Wait for `min_position` if asked to, then answer under the asker's sight.

    Raises:  Forbidden: the key may read nothing. Overloaded: the views did not reach `min_position` in time. UsageError.
    """
    await_position(follower, question, principal)
    with follower.reading() as views:
        return answer(views, _at_present(question), Sight.of(principal), follower.ledger_size)


def await_position(follower: Follower, question: Question, principal: Principal) -> None:
    """Wait for `min_position` if asked to.

    Raises:  Forbidden: the key may read nothing. Overloaded: the views did not reach it in time.
    """
    if not principal.patterns("read"):
        raise Forbidden("cannot answer: the key has no read scope", next_step="headwater key create NAME --read '*'")
    wanted = question.min_position
    if wanted is not None and wanted >= 0 and not follower.wait_for(wanted, PATIENCE_SECONDS):
        raise Overloaded(
            f"cannot answer yet: expected the views at position {wanted}, they are at {follower.position - 1}",
            next_step="ask again shortly",
        )


def _at_present(question: Question) -> Question:
    """A question about the present with the time that it is: answers read no clock, and what they say of one time stays reproducible."""
    if isinstance(question, FreshnessQuestion) and question.as_of is None:
        return msgspec.structs.replace(question, as_of=datetime.now(UTC).isoformat(timespec="seconds"))
    return question
