"""Suppliers' deliveries from a drop folder to batches: judged by their promise and by what was recorded before; bad ones are held back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.app.places import resolved
from headwater.app.sources.places import FeedSource
from headwater.app.sources.targets import table_named
from headwater.capture.documents import encode
from headwater.capture.feeds.manifests import Manifest, read_manifest
from headwater.capture.feeds.verdicts import Before, Came, Judgement, digest_of, judge
from headwater.edges.sources.feeds.drop import NO_MANIFEST, Drop, Dropped, inside, shared_manifest
from headwater.edges.sources.feeds.files import Form
from headwater.edges.sources.lakes.driver import LakeUnreachable
from headwater.edges.sources.loading.staging import StagedBatch, StagedTable, Staging
from headwater.edges.sources.loading.unreachable import SourceUnreachable
from headwater.model.answers import Answer
from headwater.model.deliveries import LOADED, DeliverySeen, DeliveryVerdict
from headwater.model.entries import FEED_DELIVERY
from headwater.model.lake_answers import DeliveryList, DeliveryView
from headwater.model.lakes import DatasetName
from headwater.model.loads import BatchPiece
from headwater.model.questions import MAX_LIMIT, DeliveriesQuestion, Question
from headwater.model.times import instant, parse_instant

_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_BATCH = re.compile(r"[^A-Za-z0-9._=-]+")


class FeedFetcher:
    """The deliveries of one supplier's product. `ask` tells what was recorded before."""

    def __init__(
        self,
        name: str,
        source: FeedSource,
        staging: Staging,
        ask: Callable[[Question], Answer[Any]],
        namespace: str,
    ) -> None:
        self._name, self._source, self._staging, self._ask = name, source, staging, ask
        self._table = source.table or table_named(source.product)
        self._dataset = DatasetName(namespace, f"{source.into}.{self._table}")
        self._origin = DatasetName(f"feed://{source.provider}", source.product)
        with self._reaching():
            self._drop = Drop(
                source.location,
                resolved(source.options),
                with_manifests=source.manifest != NO_MANIFEST,
                form=Form(source.encoding, source.delimiter),
            )

    def fetch(self, run: str, started: str) -> Iterator[StagedBatch]:
        """A batch for every delivery that was not judged as it lies there, each by a run of its own; held back ones have no table."""
        known = self._known()
        with self._reaching():
            dropped, _ = self._drop.deliveries()
        for delivery in dropped:
            judged = [view for view in known if view.delivery == delivery.name]
            if any(parse_instant(view.delivered_at) >= instant(delivery.at) for view in judged):
                continue
            batch, view = self._judged(delivery, known, str(uuid.uuid4()), datetime.now(UTC).isoformat())
            known.append(view)
            yield batch

    def close(self) -> None:
        """Nothing stays open between fetches."""

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """What is wrong with the place of deliveries, told as such: it is no lake."""
        try:
            yield
        except LakeUnreachable as fault:
            where = fault.problem.partition(" at ")[2] or fault.problem
            problem = f"cannot read the drop folder of source `{self._name}` at {where}"
            raise SourceUnreachable(problem, next_step=f"check its location in lake.toml, then headwater source run {self._name}") from None

    def _known(self) -> list[DeliveryView]:
        """Deliveries that were recorded before, oldest first."""
        found: list[DeliveryView] = []
        page: str | None = None
        while True:
            answer: Answer[DeliveryList] = self._ask(DeliveriesQuestion(source=self._name, page=page, limit=MAX_LIMIT))
            found.extend(answer.result.deliveries)
            page = answer.next_page
            if page is None:
                return found[::-1]

    def _judged(self, dropped: Dropped, known: list[DeliveryView], run: str, started: str) -> tuple[StagedBatch, DeliveryView]:
        manifest, fault = self._promise(dropped)
        pieces, tables, unreadable = ((), [], fault) if fault else self._read(dropped, manifest)
        due = _due(dropped, manifest, self._source.due)
        came = Came(
            delivery=dropped.name,
            pieces=pieces,
            delivered=instant(dropped.at),
            due=instant(due) if due is not None else None,
            manifest=manifest,
            fault=unreadable,
        )
        before = [Before(view.delivery, view.digest, view.batch is not None) for view in known]
        judgement = judge(came, before, self._source.grace_minutes * 60_000_000)
        is_loaded = judgement.verdict in LOADED or (judgement.verdict == "altered" and self._source.altered == "load")
        digest = digest_of(pieces)
        batch = self._batch_name(dropped.name, judgement.verdict, digest)
        document = DeliverySeen(
            headwater=FEED_DELIVERY,
            seen_at=started,
            source=self._name,
            origin=self._origin,
            dataset=self._dataset,
            delivery=dropped.name,
            verdict=judgement.verdict,
            why=judgement.why,
            delivered_at=dropped.at.isoformat(),
            due_at=due.isoformat() if due is not None else "",
            digest=digest,
            like=judgement.like,
            batch=batch if is_loaded else "",
            pieces=pieces,
        )
        staged = self._staged(batch, tables, document) if is_loaded else ()
        name = batch if is_loaded else f"held-{batch}"
        noted = (msgspec.Raw(encode(document)),)
        return StagedBatch(batch=name, run=run, started_at=started, tables=staged, notes=noted), _view(document, judgement)

    def _promise(self, dropped: Dropped) -> tuple[Manifest | None, str]:
        """What is promised, or in words why that cannot be read."""
        if dropped.manifest is None:
            return None, ""
        try:
            return read_manifest(self._drop.manifest(dropped), dropped.manifest.path), ""
        except (OSError, ValueError) as fault:
            words = str(fault) if isinstance(fault, ValueError) else "it cannot be opened"
            return None, f"its manifest `{dropped.manifest.path}` cannot be read: {words}"

    def _read(self, dropped: Dropped, manifest: Manifest | None) -> tuple[tuple[BatchPiece, ...], list[pa.Table], str]:
        """Every file of a delivery: what was counted in it, its rows, and in words why one cannot be read."""
        promised = {promise.name: promise.sha256 or "" for promise in manifest.files} if manifest is not None else {}
        pieces: list[BatchPiece] = []
        tables: list[pa.Table] = []
        fault = ""
        for file in dropped.files:
            name = inside(dropped, file.path)
            if shared_manifest(dropped) and name not in promised:
                continue
            digest = self._digest(file.path)
            rows: int | None = None
            try:
                table = self._drop.rows(file.path)
                tables.append(table)
                rows = table.num_rows
            except (OSError, ValueError, pa.ArrowException) as wrong:
                words = str(wrong) if type(wrong) is ValueError else f"it is not what its name says ({type(wrong).__name__})"
                fault = fault or f"file `{name}` cannot be read: {words}"
            pieces.append(
                BatchPiece(name=name, rows=rows, size_bytes=file.size_bytes, digest=digest, promised=promised.get(name, "").lower())
            )
        is_broken = any(piece.promised not in ("", piece.digest) for piece in pieces)
        return tuple(pieces), tables, "" if is_broken else fault

    def _digest(self, path: str) -> str:
        try:
            return self._drop.digest(path)
        except OSError:
            return "0" * 64

    def _batch_name(self, delivery: str, verdict: DeliveryVerdict, digest: str) -> str:
        """A delivery's name as a batch id; content that came under a name before has its digest added."""
        name = _BATCH.sub("-", delivery).strip("-.")[:120] or "delivery"
        return f"{name}-{digest[:8]}" if verdict in ("altered", "repeated") else name

    def _staged(self, batch: str, tables: list[pa.Table], document: DeliverySeen) -> tuple[StagedTable, ...]:
        """The rows of a delivery in the staging folder."""
        rows = pa.concat_tables(tables, promote_options="permissive") if tables else pa.table({})
        folder = self._staging.folder(batch, self._table)
        pq.write_table(rows, folder / "rows.parquet")
        return (
            StagedTable(
                name=self._table,
                write="merge" if self._source.key and self._source.write == "append" else self._source.write,
                key=self._source.key,
                origin=self._origin,
                files=("rows.parquet",),
                pieces=document.pieces,
                delivered_at=document.delivered_at,
                due_at=document.due_at,
            ),
        )


def _due(dropped: Dropped, manifest: Manifest | None, due: str) -> datetime | None:
    """When a delivery was due: as its manifest says, or on the date in its name at the time of day that the source names."""
    if manifest is not None and manifest.due_at:
        told = datetime.fromisoformat(manifest.due_at.replace("Z", "+00:00"))
        return told if told.tzinfo is not None else told.replace(tzinfo=UTC)
    found = _DATE.search(dropped.name)
    if not due or found is None:
        return None
    try:
        return datetime.fromisoformat(f"{found.group(1)}-{found.group(2)}-{found.group(3)}T{due}:00+00:00")
    except ValueError:
        return None


def _view(document: DeliverySeen, judgement: Judgement) -> DeliveryView:
    """A delivery just judged, as if it had been recorded already: the next one is judged by it too."""
    return DeliveryView(
        delivery=document.delivery,
        origin="",
        dataset="",
        delivered_at=document.delivered_at,
        due_at=document.due_at or None,
        verdict=judgement.verdict,
        why=judgement.why,
        like=judgement.like or None,
        digest=document.digest,
        batch=document.batch or None,
        pieces=document.pieces,
        position=-1,
    )
