"""The noun sources: bringing what is new of one into a lake."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from headwater.model.answers import RecordReport

if TYPE_CHECKING:
    from headwater.app.sources.run import SourceReport, Told


class Sources:
    """The sources of one Headwater. They stand in `lake.toml` of a home on the machine that runs them."""

    def __init__(self, record: Callable[[Iterable[bytes]], RecordReport]) -> None:
        self._record = record

    def run(self, name: str, home: str | Path = ".headwater", *, told: Told | None = None) -> SourceReport:
        """Fetch what is new of a source, put it into its lake as one batch, and record what came from where.

        Raises:  UnknownSource, ConfigFault; SourceUnreachable, LakeUnwritable, LoadUnrecorded: the next run makes it good.
        """
        from headwater.app.sources.running import run_source

        return run_source(Path(home), name, self._record, told or (lambda _: None))
