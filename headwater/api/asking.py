"""`/api/v1/ask/<question>`: query parameters are the question's fields, the body is the answer as it stands."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from headwater.api.replies import Unready
from headwater.app.headwater import Headwater
from headwater.model.answers import Answer
from headwater.model.errors import UsageError
from headwater.model.keys import Principal
from headwater.model.questions import Question, misfit

T = TypeVar("T")

_MAX_PARAMETERS = 64
_POLL_SECONDS = 0.005


def decode_question(kind: type[Question], query: str) -> Question:
    """Build a question from a query string.

    Raises:  UsageError: an unknown, repeated or missing parameter, or one of the wrong type; the message names it.
    """
    given = parse_parameters(query)
    for name in given:
        if name not in kind.__struct_fields__:
            near = difflib.get_close_matches(name, kind.__struct_fields__, n=1, cutoff=0.0)
            raise UsageError(f"cannot ask `{kind.name}`: unknown parameter `{name}`", next_step=f"did you mean `{near[0]}`?")
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _misfit(kind, str(error)) from None


def parse_parameters(query: str) -> dict[str, str]:
    """A query string's parameters, each at most once.

    Raises:  UsageError: it is malformed, or repeats a parameter.
    """
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=_MAX_PARAMETERS, errors="strict")
    except ValueError:
        raise UsageError("cannot read query: expected `name=value` pairs joined by `&`", next_step="see /openapi.json") from None
    given = dict(pairs)
    if len(given) != len(pairs):
        raise UsageError("cannot read query: a parameter is given twice", next_step="give each parameter once")
    return given


class Asker:
    """Asks on threads, so that a long answer holds nobody else up."""

    def __init__(self, headwater: Headwater) -> None:
        self._headwater = headwater
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="headwater-ask")

    async def ask(self, question: Question, principal: Principal) -> Answer[Any]:
        """Answer, once the views have reached the position the question names.

        Raises:  Unready: they do not reach it in time.
        """
        await self.reach(question.min_position)
        return await self.aside(self._headwater.ask, question, principal)

    async def reach(self, position: int | None) -> None:
        """Wait, within bounds, until the entry at a position is in the views; refuse while they are built anew."""
        if not self._headwater.caught_up:
            raise Unready("cannot answer: the views are being brought up to date", next_step="try again in a moment")
        if position is None:
            return
        deadline = asyncio.get_running_loop().time() + self._headwater.config.wait_seconds
        while self._headwater.follower.position <= position:
            if asyncio.get_running_loop().time() > deadline:
                raise Unready(f"cannot answer as of position {position}: the views have not reached it", next_step="try again in a moment")
            self._headwater.follower.notify()
            await asyncio.sleep(_POLL_SECONDS)

    async def aside(self, work: Callable[..., T], *arguments: object) -> T:
        """Do blocking work on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown()


def _misfit(kind: type[Question], message: str) -> UsageError:
    """Put the parameter's name, which msgspec writes last as a path, first."""
    what, separator, path = message.partition(" - at `$.")
    if separator:
        return misfit(kind, path.rstrip("`"), what)
    return UsageError(f"cannot ask `{kind.name}`: {message[:1].lower()}{message[1:]}", next_step="see /openapi.json")
