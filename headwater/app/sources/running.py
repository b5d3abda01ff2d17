"""Puts a source of `lake.toml` together with its lake, and runs it: once, or a stream on and on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from headwater.app.lakes.drivers import catalog_properties
from headwater.app.lakes.scan import Ask
from headwater.app.lock import FileLock
from headwater.app.sources.fetch import Around, Fetcher, fetcher, kind_of
from headwater.app.sources.places import StreamSource, find_source, read_sources
from headwater.app.sources.run import Destination, Record, SourceReport, SourceRun, Told, key_of, say_failed, staging_of
from headwater.app.sources.targets import check_targets, lake_of
from headwater.edges.sources.loading.quiet import unheard
from headwater.model.errors import HeadwaterError, UsageError

PASSING = frozenset({"SOURCE-UNREACHABLE", "LAKE-UNWRITABLE"})
"""Faults that pass by themselves: whoever follows a stream tries again."""
_TRIES = 10
_LONGEST_PAUSE_SECONDS = 30.0


def run_source(home: Path, name: str, ask: Ask, record: Record, told: Told = lambda _: None) -> SourceReport:
    """Run one source of a home; a second run of the same source at the same time is refused.

    Raises:  UnknownSource, UnknownLake, ConfigFault; SourceUnreachable, LakeUnwritable, LoadUnrecorded: the next run makes it good.
    """
    with _opened(home, name, ask, record) as (run, fetch):
        return _whole(run, fetch, told)


def follow_source(
    home: Path, name: str, ask: Ask, record: Record, told: Told = lambda _: None, *, is_over: Callable[[], bool]
) -> Iterator[SourceReport]:
    """Run a stream on and on, a report for each round that brought something, until `is_over`; the batch at hand is then finished.

    Where brokers or the lake do not answer it tries again, ten times with longer and longer pauses.

    Raises:  as `run_source`; UsageError: it is no stream.
    """
    if not isinstance(find_source(home, name), StreamSource):
        raise UsageError(f"cannot follow source `{name}`: expected a stream", next_step=f"headwater source run {name}")
    failed = 0
    while not is_over():
        try:
            with _opened(home, name, ask, record) as (run, fetch):
                for report in _rounds(run, fetch, told, is_over):
                    failed = 0
                    yield report
        except HeadwaterError as fault:
            failed += 1
            if fault.code not in PASSING or failed == _TRIES:
                raise
            told(f"{fault.problem}; trying again")
            _pause(min(_LONGEST_PAUSE_SECONDS, 2.0**failed / 2), is_over)


def _whole(run: SourceRun, fetch: Fetcher, told: Told) -> SourceReport:
    """One run; of a stream as many batches as it takes to bring in what was there when it began."""
    from headwater.app.sources.stream import StreamFetcher

    report = run.run(told)
    if isinstance(fetch, StreamFetcher):
        while fetch.has_more or run.was_superseded:
            run.was_superseded = False
            after = run.run(told)
            report = SourceReport(
                source=after.source, batches={**report.batches, **after.batches}, held=after.held, position=after.position
            )
    return report


def _rounds(run: SourceRun, fetch: Fetcher, told: Told, is_over: Callable[[], bool]) -> Iterator[SourceReport]:
    from headwater.app.sources.stream import StreamFetcher

    assert isinstance(fetch, StreamFetcher)
    report = run.run(told)
    while True:
        if report.batches:
            yield report
        told("waiting for messages")
        if is_over() or not (fetch.has_more or run.was_superseded or fetch.wait(is_over)) or is_over():
            return
        if not fetch.has_more:
            fetch.begin()
        run.was_superseded = False
        report = run.run(told)


@contextmanager
def _opened(home: Path, name: str, ask: Ask, record: Record) -> Iterator[tuple[SourceRun, Fetcher]]:
    """A source with its lake, held by this process alone."""
    from headwater.edges.engines.iceberg_writer import IcebergWriter

    source = find_source(home, name)
    place = lake_of(home, name, source)
    check_targets(name, source, read_sources(home))
    staging = staging_of(home, name)
    folder = home / "sources" / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(folder / "lock", f"cannot run source `{name}`: another process is running it")
    with lock, unheard(), ExitStack() as opened:
        try:
            writer = opened.enter_context(closing(IcebergWriter(source.lake, catalog_properties(place))))
            fetch = opened.enter_context(closing(fetcher(name, source, home, staging, Around(ask, place.namespace, writer))))
        except HeadwaterError as fault:
            say_failed(name, kind_of(source), fault, record)
            raise
        to = Destination(place, writer, source.into)
        yield SourceRun(name, kind_of(source), fetch, staging, to, record, key=key_of(home)), fetch


def _pause(seconds: float, is_over: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not is_over():
        time.sleep(0.05)
