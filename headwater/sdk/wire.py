"""Requests to a server: sent, tried again where that can help, and read back as values or faults."""

from __future__ import annotations

import time
from typing import IO, TypeVar

import httpx
import msgspec

from headwater.model.errors import UsageError
from headwater.sdk.faults import fault_of, unreachable

TRIES = 6
LONG_SECONDS = 3600.0

T = TypeVar("T")


class Wire:
    """Requests with patience: what is worth trying again is tried again, everything else becomes a fault."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def _require_open(self) -> None:
        if self._http.is_closed:
            raise UsageError("cannot use client: expected an open one, got one that was closed", next_step="headwater.connect(URL, KEY)")

    @classmethod
    def to(cls, url: str, key: str | None, timeout_seconds: float) -> Wire:
        """A wire to the server at an address, shown a key; proxies of the environment are not used.

        Raises:  UsageError: not an address.
        """
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return cls(httpx.Client(base_url=_address(url), headers=headers, timeout=timeout_seconds, trust_env=False))

    def send(
        self, method: str, path: str, *, params: dict[str, str] | None = None, content: bytes | None = None, seconds: float | None = None
    ) -> httpx.Response:
        """A successful response.

        Raises:  HeadwaterError: what the server answered, as the fault it is; ServerFault: it cannot be reached.
        """
        self._require_open()
        timeout = self._http.timeout if seconds is None else httpx.Timeout(seconds)
        for tried in range(1, TRIES + 1):
            try:
                response = self._http.request(method, path, params=params, content=content, timeout=timeout)
            except httpx.HTTPError as error:
                raise unreachable(str(self._http.base_url), error) from error
            if response.is_success:
                return response
            fault = fault_of(response)
            if response.status_code != 503 or fault.code == "NOT-READY" or tried == TRIES:
                raise fault
            time.sleep(_pause(response, tried))
        raise AssertionError("a request is sent at least once")

    def download(self, path: str, sink: IO[bytes]) -> None:
        """Write a response's body as it comes."""
        self._require_open()
        try:
            with self._http.stream("GET", path, timeout=httpx.Timeout(LONG_SECONDS)) as response:
                if not response.is_success:
                    response.read()
                    raise fault_of(response)
                for chunk in response.iter_bytes():
                    sink.write(chunk)
        except httpx.HTTPError as error:
            raise unreachable(str(self._http.base_url), error) from error

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def decode(response: httpx.Response, kind: type[T]) -> T:
    """A response's body as a value.

    Raises:  ServerFault: it is not what a Headwater of this version sends.
    """
    try:
        return msgspec.json.decode(response.content, type=kind)
    except msgspec.DecodeError as error:
        raise unreachable(str(response.url.copy_with(query=None)), error) from error


def _pause(response: httpx.Response, tried: int) -> float:
    """How long an overloaded server asks us to wait, within reason."""
    asked = response.headers.get("retry-after", "")
    return min(float(asked), 10.0) if asked.isdigit() else 0.1 * float(2**tried)


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        address = httpx.URL("")
    if address.scheme not in {"http", "https"} or not address.host:
        raise UsageError(
            "cannot connect: expected an address such as `http://127.0.0.1:8080`", next_step="headwater status --url http://HOST:PORT"
        )
    return address
