"""What is recorded of a supplier's delivery: what was promised, what came, and what became of it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from headwater.model.lakes import DatasetName, Document, Name
from headwater.model.loads import BatchPiece

DeliveryVerdict = Literal["good", "late", "repeated", "altered", "not as promised", "incomplete", "unreadable"]
"""`good` and `late` ones are loaded, the others are held back until somebody decides."""
LOADED: tuple[DeliveryVerdict, ...] = ("good", "late")


class DeliverySeen(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`feed/delivery`: a delivery of a supplier, judged by what it promised and what came before.

    `delivery` is the supplier's own name for it, `digest` one over all its files, `like` the earlier delivery that it repeats or alters.
    `batch` is the batch it became, empty for one that is held back. Times are RFC 3339.
    """

    source: Name
    origin: DatasetName
    dataset: DatasetName
    delivery: Name
    verdict: DeliveryVerdict
    delivered_at: str
    why: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    due_at: str = ""
    digest: str = ""
    like: str = ""
    batch: str = ""
    pieces: tuple[BatchPiece, ...] = ()
