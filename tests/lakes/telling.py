"""Documents of lakes, made with few words; times are minutes after a fixed noon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from headwater.capture.documents import encode
from headwater.model.entries import HUMAN_FINDING, LAKE_ADDED, LAKE_SCANNED, LAKE_VERSIONS
from headwater.model.findings import Action, FindingDecision
from headwater.model.lakes import DatasetName, DatasetVersions, LakeKind, LakeScan, NewLake, ScanGap, SchemaSeen, VersionSeen

NAMESPACE = "iceberg://lake"
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def at(minutes: float) -> str:
    """A time, so many minutes after noon."""
    return (NOON + timedelta(minutes=minutes)).isoformat()


def lake_added(lake: str = "lake", kind: LakeKind = "iceberg", namespace: str = NAMESPACE) -> bytes:
    """A lake is watched."""
    return encode(NewLake(headwater=LAKE_ADDED, seen_at=at(0), lake=lake, kind=kind, namespace=namespace, location="file:///lake"))


def version(name: str, minutes: float, operation: str = "append", **more: Any) -> VersionSeen:
    """A version, committed at a time."""
    return VersionSeen(version=name, at=at(minutes), operation=operation, **more)


def versions(
    name: str,
    *seen: VersionSeen,
    minutes: float = 1000,
    namespace: str = NAMESPACE,
    schemas: tuple[SchemaSeen, ...] = (),
    gone: tuple[str, ...] = (),
    gaps: tuple[ScanGap, ...] = (),
    format: str = "iceberg",  # noqa: A002  # because the document calls it so
    current: str = "",
) -> bytes:
    """What a scan saw of one dataset; without a word the last version is the one that readers get."""
    current = current or (seen[-1].version if seen else "")
    return encode(
        DatasetVersions(
            headwater=LAKE_VERSIONS,
            seen_at=at(minutes),
            lake="lake",
            dataset=DatasetName(namespace, name),
            format=format,
            location=f"file:///lake/{name}",
            cursor=current,
            current=current,
            schemas=schemas,
            versions=seen,
            gone=gone,
            gaps=gaps,
        )
    )


def scanned(*missing: str, minutes: float = 1001, datasets: int = 1) -> bytes:
    """A scan ended."""
    return encode(
        LakeScan(
            headwater=LAKE_SCANNED,
            seen_at=at(minutes),
            started_at=at(minutes - 1),
            lake="lake",
            namespace=NAMESPACE,
            datasets=datasets,
            missing=missing,
        )
    )


def decided(finding: str, name: str, action: Action = "acknowledge", reason: str = "looked into", namespace: str = NAMESPACE) -> bytes:
    """A person's decision on a finding about a dataset."""
    return encode(
        FindingDecision(
            headwater=HUMAN_FINDING,
            seen_at=at(2000),
            finding=finding,
            dataset=DatasetName(namespace, name),
            action=action,
            reason=reason,
        )
    )
