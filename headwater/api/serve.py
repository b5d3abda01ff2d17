"""The use case `up`: open a home, serve it, and leave it in order."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from headwater.api.protocol import BoundedProtocol, bounded
from headwater.api.server import create_app
from headwater.app.config import Config
from headwater.app.headwater import Headwater
from headwater.app.home import Home
from headwater.app.logs import log, start_logging
from headwater.app.server_note import leave_note, new_token, remove_note
from headwater.model.errors import ConfigFault
from headwater.model.keys import LOCAL, Scope

DRAIN_SECONDS = 10
TURN_SECONDS = 0.0005
"""How long a folding thread may keep the interpreter while a request waits for it; Python's own choice is ten times that."""
_BODY_GRACE_SECONDS = 2.0
"""Past its time a request to take in events is answered in words; what is still sending its body then is cut off."""
_FIRST_KEY = "first administrator"


@dataclass(frozen=True, slots=True)
class Started:
    """A server that takes requests. `admin_key` is set once in a home's life, and never written anywhere."""

    url: str
    home: Path
    admin_key: str | None

    def __repr__(self) -> str:
        return f"Started(url={self.url!r}, home={str(self.home)!r})"


Announce = Callable[[Started], None]


def up(
    home: Path, flags: Mapping[str, object] | None = None, announce: Announce | None = None, environ: Mapping[str, str] | None = None
) -> None:
    """Serve a home, made first if need be, until SIGTERM or SIGINT; `announce` hears of it once requests are taken.

    Raises:  ConfigFault: the address is taken, or open to other machines without `allow_remote`.
             HomeFault: another server holds the home.
    """
    with Serving(home, flags, environ) as serving:
        serving.run(announce)


class Serving:
    """One server of one home. `run` blocks until `stop` (any thread) or a signal (main thread)."""

    def __init__(self, home: Path, flags: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> None:
        self._lock = Home.create(home).lock()
        self._lock.__enter__()
        try:
            self.headwater = Headwater.open(home, flags=flags, environ=environ)
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        self._server: _Server | None = None

    def run(self, announce: Announce | None = None) -> None:
        """Take requests until told to stop; what was begun is finished, for a while."""
        config = self.headwater.config
        start_logging(config.log_level)
        sys.setswitchinterval(TURN_SECONDS)
        listener = _listen(config)
        url = _url_of(listener)
        token = new_token()

        def started() -> None:
            leave_note(self.headwater.home, url, token)
            log("server-started", url=url)
            admin_key = first_admin_key(self.headwater)
            if announce is not None:
                announce(Started(url, self.headwater.home.path, admin_key))

        self._server = _Server(_settings(self.headwater, token), started, config.idle_timeout_seconds)
        try:
            self._server.run(sockets=[listener])
            if self._server.fault is not None:
                raise self._server.fault
        finally:
            remove_note(self.headwater.home)
            listener.close()
            log("server-stopped", url=url)

    def stop(self) -> None:
        """Ask a running server to finish."""
        if self._server is not None:
            self._server.should_exit = True

    def close(self) -> None:
        """Commit what is queued, save the views, give the home back."""
        try:
            self.headwater.close()
        finally:
            self._lock.__exit__(None, None, None)

    def __enter__(self) -> Serving:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def first_admin_key(headwater: Headwater) -> str | None:
    """Make an administrator's key where no accepted one exists; its secret, or None."""
    if any(key.revoked is None and any(scope.right == "admin" for scope in key.scopes) for key in headwater.list_keys()):
        return None
    return headwater.create_key(_FIRST_KEY, [Scope("admin")], by=LOCAL).secret


class _Server(uvicorn.Server):
    """uvicorn's server that tells when it listens, sweeps connections, and returns after a signal instead of dying of it."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None], patience_seconds: float) -> None:
        super().__init__(config)
        self._tell = started
        self._patience_seconds = patience_seconds
        self._telling: asyncio.Task[None] | None = None
        self.fault: BaseException | None = None
        """Why telling failed; the server ends over it."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell, beside the loop: telling may wait for the views."""
        await super().startup(sockets)
        self._telling = asyncio.create_task(asyncio.to_thread(self._tell))

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; connections are swept every second."""
        if counter % 10 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, BoundedProtocol):
                    connection.sweep(now, self._patience_seconds)
        if self._telling is not None and self._telling.done():
            self.fault, self._telling = self._telling.exception(), None
            self.should_exit = self.should_exit or self.fault is not None
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM end the main loop, and nothing more."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._asked_to_end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _asked_to_end(self, number: int, _: FrameType | None) -> None:
        self.force_exit = self.should_exit and number == signal.SIGINT
        self.should_exit = True


def _settings(headwater: Headwater, token: str) -> uvicorn.Config:
    config = headwater.config
    return uvicorn.Config(
        create_app(headwater, local_token=token),
        loop="uvloop",
        http=bounded(config.max_header_bytes, config.max_connections, config.request_timeout_seconds + _BODY_GRACE_SECONDS),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=config.idle_timeout_seconds,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


def _listen(config: Config) -> socket.socket:
    if not config.allow_remote and not _is_loopback(config.host):
        problem = f"cannot listen on `{config.host}`: other machines could reach it"
        raise ConfigFault(problem, next_step="pass --allow-remote, behind a proxy that speaks TLS")
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        return socket.create_server((config.host, config.port), family=family, backlog=2048)
    except OSError as error:
        problem = f"cannot listen on `{config.host}` port {config.port}: {(error.strerror or 'refused').lower()}"
        raise ConfigFault(problem, next_step="choose another --port") from None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
