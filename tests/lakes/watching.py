"""A home that watches one lake: scan it, and ask what is recorded of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headwater.app.lakes.drivers import open_lake
from headwater.app.lakes.places import LakePlace, write_place
from headwater.app.lakes.scan import Progress, ScanReport
from headwater.model.lake_answers import DatasetHistory, DatasetState, VersionDetail
from headwater.model.lakes import LakeKind
from headwater.sdk.local import LocalClient

NAME = "lake"


@dataclass
class Watched:
    """A home and a lake that stands in its `lake.toml`."""

    home: Path
    place: LakePlace
    client: LocalClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = LocalClient.open(self.home, create=True)
        write_place(self.home, NAME, self.place)

    def scan(self, progress: Progress | None = None) -> ScanReport:
        """Scan, as `headwater lake scan` does."""
        self.client.wait()
        report = self.client.lakes.scan(NAME, self.home, progress=progress)
        self.client.wait()
        return report

    def history(self, dataset: str) -> DatasetHistory:
        """A dataset as it is recorded."""
        result: DatasetHistory = self.client.lakes.history(dataset).result
        return result

    def versions(self, dataset: str) -> list[VersionDetail]:
        """Its versions, oldest first."""
        return list(reversed(self.history(dataset).versions))

    def operations(self, dataset: str) -> list[str]:
        """What its versions did, oldest first."""
        return [version.change.operation for version in self.versions(dataset)]

    def moved(self, dataset: str) -> list[tuple[int | None, int | None]]:
        """The rows that its versions added and removed, oldest first."""
        return [(version.change.added_rows, version.change.removed_rows) for version in self.versions(dataset)]

    def state(self, dataset: str) -> DatasetState:
        """How far a dataset is recorded."""
        [state] = self.client.lakes.state(NAME, dataset).result.datasets
        assert isinstance(state, DatasetState)
        return state

    def datasets(self) -> list[str]:
        """The datasets that are recorded."""
        return [state.name for state in self.client.lakes.state(NAME).result.datasets]

    def columns(self, dataset: str) -> list[str]:
        """The columns of a dataset, as the catalog of Headwater knows them."""
        schema = self.client.show(dataset).result.schemas[-1]
        return [column.name for column in schema.columns]

    def gaps(self) -> list[tuple[str, str, str]]:
        """Code, subject and words of every gap that is recorded."""
        return [(gap.code, gap.subject, gap.detail) for gap in self.client.gaps().result.gaps]

    def recorded(self) -> bytes:
        """All payloads of the ledger, to look for what may not be there."""
        payloads = [entry.payload.public for entry in self.client._headwater.ledger.read(0) if entry.payload is not None]
        return b"\n".join(payloads)


def watch(home: Path, kind: LakeKind, location: object, **properties: str) -> Watched:
    """Watch a lake from a new home."""
    return Watched(home, LakePlace(kind=kind, location=str(location), namespace="headwater://lake", properties=dict(properties)))


def look_once(kind: LakeKind, location: object, **properties: str) -> dict[str, Any]:
    """What a driver sees of every dataset that nobody has looked at before, by name."""
    place = LakePlace(kind=kind, location=str(location), namespace="headwater://lake", properties=dict(properties))
    driver = open_lake(NAME, place)
    try:
        return {listed.name: driver.look(listed, None) for listed in driver.listed()}
    finally:
        driver.close()
