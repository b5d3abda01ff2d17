"""How APIs are spoken to: one host, bounded waits and tries, and answers that are looked at before dlt takes them.

A link or redirect to another host is not followed, because the credentials would go there too.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, urlsplit

from headwater.edges.sources.loading.unreachable import PlainFault

from dlt.sources.helpers.requests import Client  # isort: skip
from requests.adapters import HTTPAdapter  # isort: skip

ATTEMPTS = 5
LONGEST_WAIT_SECONDS = 60
_TIMEOUT_SECONDS = (10, 60)
_PORTS = {"http": 80, "https": 443}


def session(base_url: str, backoff_seconds: float) -> Any:
    """A session for one host that tries again what passes: 429 and 5xx, connections that fail or are cut."""
    opened: Any = Client(
        request_timeout=_TIMEOUT_SECONDS,
        raise_for_status=False,
        request_max_attempts=ATTEMPTS,
        request_backoff_factor=backoff_seconds,
        request_max_retry_delay=LONGEST_WAIT_SECONDS,
    ).session
    only = _OneHost(urlsplit(base_url))
    for scheme in ("http://", "https://"):
        opened.mount(scheme, only)
    return opened


_ABOUT_PAGES = ("links", "_links", "meta", "metadata", "page", "pageInfo", "page_info", "paging", "pagination", "response_metadata")
_NEXT = frozenset({"next", "nexturl", "nextlink", "nextpage", "nextpageurl", "nextcursor", "nexttoken", "nextpagetoken", "odatanextlink"})
_NEXT |= {"continuation", "continuationtoken", "hasmore", "hasnext", "hasnextpage", "more"}
"""What members are called, bare of case and signs, that tell of another page wherever they hold anything."""


class Look:
    """A look at each answer of one list: what is no JSON, has nothing at the path of its rows, or came before, is a fault.

    `says_more` tells after the last of them whether it spoke of a page that nobody asked for.
    """

    def __init__(self, data: str) -> None:
        self._data = data
        self._seen: set[str] = set()
        self.says_more = False

    def __call__(self, response: Any, *_: Any, **__: Any) -> Any:
        """Look at one answer.

        Raises:  PlainFault.
        """
        if response.status_code >= 400 or response.is_redirect:
            response.raise_for_status()
            return response
        try:
            told = response.json()
        except ValueError:
            raise PlainFault("its answer is not JSON") from None
        if not _has(told, self._data):
            raise PlainFault(f"its answer holds nothing at `{self._data}`")
        if response.url in self._seen:
            raise PlainFault("its pages go round in a circle")
        self._seen.add(response.url)
        self.says_more = "next" in response.links or _speaks_of_more(told)
        return response

    def is_unread(self) -> bool:
        """Whether the last answer spoke of more."""
        return self.says_more


def _speaks_of_more(told: Any) -> bool:
    """Whether an answer tells of another page, in one of the ways that are usual."""
    if not isinstance(told, dict):
        return False
    around = [told, *(told[name] for name in _ABOUT_PAGES if isinstance(told.get(name), dict))]
    return any(bool(value) and _plain(name) in _NEXT for part in around for name, value in part.items())


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _has(told: Any, path: str) -> bool:
    """Whether an answer has the members that a plain path names; paths with more to them are not looked at."""
    if not path.replace(".", "").replace("_", "").replace("-", "").isalnum():
        return True
    for name in path.split("."):
        if not isinstance(told, dict) or name not in told:
            return False
        told = told[name]
    return True


class _OneHost(HTTPAdapter):  # type: ignore[misc, unused-ignore]  # because requests has no types where they are not installed
    """Sends to one host only; from http it may go over to https."""

    def __init__(self, base: SplitResult) -> None:
        super().__init__()
        self._host, self._port, self._scheme = base.hostname, base.port or _PORTS.get(base.scheme), base.scheme

    def send(self, request: Any, *rest: Any, **more: Any) -> Any:
        """Send a request.

        Raises:  PlainFault: it is for another host.
        """
        to = urlsplit(request.url)
        is_same = to.scheme == self._scheme and (to.port or _PORTS.get(to.scheme)) == self._port
        is_safer = self._scheme == "http" and to.scheme == "https"
        if to.hostname != self._host or not (is_same or is_safer):
            raise PlainFault("it leads to another host, where credentials would go too")
        return super().send(request, *rest, **more)
