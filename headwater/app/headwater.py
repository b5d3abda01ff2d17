"""The composition root: opens a home and wires ledger, writer, follower, keys and use cases together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from headwater.app.analysis import Analyser, InProcess, Workers
from headwater.app.ask import ask
from headwater.app.config import Config, load_config
from headwater.app.courtesy import Courtesy
from headwater.app.deadlines import Deadlines
from headwater.app.feeds import Piece, split_feed
from headwater.app.follower import Follower
from headwater.app.home import Home
from headwater.app.keyring import CreatedKey, Keyring
from headwater.app.limits import Bounds
from headwater.app.record import Clock, Progress, Recorder, now
from headwater.app.rows.asking import RowsAsked
from headwater.app.sealer import Sealer
from headwater.app.writer import Writer
from headwater.edges.stores.sqlite import SqliteEntryStore
from headwater.edges.stores.views import SqliteViewStore
from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer
from headwater.model.answers import Answer, RecordReport
from headwater.model.keys import LOCAL, Principal, Scope
from headwater.model.questions import GroupsQuestion, Question, RowsQuestion
from headwater.projections.keys import KeyRecord


class Headwater:
    """One home, opened: take events in, answer questions, manage keys. Close it, or use it in a `with` block."""

    def __init__(self, home: Home, config: Config, clock: Clock = now) -> None:
        self.home = home
        self.config = config
        with ExitStack() as opened:
            store = SqliteEntryStore(home.ledger_path)
            opened.callback(store.close)
            self.ledger = Ledger(store, Signer.from_seed(home.identity.origin, home.keys.signing))
            self.writer = Writer(
                self.ledger,
                config.commit_delay_seconds,
                config.commit_entries,
                config.queue_entries,
                max_queue_bytes=config.queue_bytes,
            )
            opened.callback(self.writer.close)
            views = SqliteViewStore(home.views_path)
            analyser = Analyser(Workers(config.analysers) if config.analysers else InProcess())
            self.follower = Follower(self.ledger, views, analyser, rest=Courtesy(self.writer))
            opened.callback(self.follower.stop)
            self.sealer = Sealer(home.keys)
            self.recorder = Recorder(self.writer, home.keys, self.sealer if config.seal else None, clock)
            self.keyring = Keyring(self.ledger, self.writer, self.follower, home.keys.dedup, home.keys_path)
            opened.callback(self.keyring.save)
            self._target = self.ledger.size
            self._caught_up = False
            self.follower.start()
            self.deadlines = Deadlines(self.follower, self.record, clock)
            opened.callback(self.deadlines.stop)
            self.deadlines.start()
            self._opened = opened.pop_all()

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        create: bool = True,
        flags: Mapping[str, object] | None = None,
        environ: Mapping[str, str] | None = None,
        clock: Clock = now,
    ) -> Headwater:
        """Open a home, making it first if allowed; settings come from its file, the environment, then `flags`."""
        config = load_config(home, flags, environ)
        return cls(Home.create(home) if create else Home.open(home), config, clock)

    @property
    def caught_up(self) -> bool:
        """Whether the views hold everything that was in the ledger at opening; until then events are taken and questions refused."""
        if not self._caught_up:
            self._caught_up = self.follower.position >= self._target
        return self._caught_up

    def await_caught_up(self, timeout_seconds: float) -> bool:
        """Wait, within bounds, for the views to hold what was in the ledger at opening."""
        return self.caught_up or self.follower.wait_for(self._target - 1, timeout_seconds)

    @property
    def bounds(self) -> Bounds:
        """The limits on what comes in."""
        return Bounds(self.config.max_body_bytes, self.config.max_ratio)

    def record(self, events: bytes | Iterable[Piece], principal: Principal = LOCAL, progress: Progress | None = None) -> RecordReport:
        """Take events in, with a verdict for each; bytes may be an event, an array of events, or one event per line."""
        pieces = split_feed(events, self.bounds) if isinstance(events, bytes) else events
        return self.recorder.record(pieces, principal, progress)

    def ask(self, question: Question, principal: Principal = LOCAL) -> Answer[Any]:
        """Answer a question from the views as they stand, once what ended by now is recorded; one about rows also from the home's lakes."""
        self.deadlines.keep()
        if isinstance(question, RowsQuestion | GroupsQuestion):
            return RowsAsked(self.home.path, self.follower, self.ledger, self.sealer).ask(question, principal)
        return ask(self.follower, question, principal)

    def create_key(self, name: str, scopes: Iterable[Scope], *, by: Principal = LOCAL) -> CreatedKey:
        """Make an API key; its secret is in the result and nowhere else."""
        return self.keyring.create(name, tuple(scopes), by=by)

    def revoke_key(self, key: str, reason: str = "", *, by: Principal = LOCAL) -> None:
        """Refuse an API key from now on."""
        self.keyring.revoke(key, reason, by=by)

    def list_keys(self) -> tuple[KeyRecord, ...]:
        """Every API key ever made, oldest first."""
        return self.keyring.listed()

    def close(self) -> None:
        """Commit what is queued, save the views, and let go of everything."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
