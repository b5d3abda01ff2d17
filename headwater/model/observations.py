"""Payload wrappers, one per media type: what intake knew besides the thing observed."""

from __future__ import annotations

import msgspec

from headwater.model.keys import Scope


class OpenLineageObserved(msgspec.Struct, frozen=True, kw_only=True):
    """An OpenLineage event as received (redacted), with the namespaces its producer may write (glob patterns).

    `grant` is what the key allowed at the moment of intake: alias, lifecycle and schema facts outside it are findings, not applied.
    """

    grant: tuple[str, ...]
    event: msgspec.Raw
    warnings: tuple[str, ...] = ()


class DbtObserved(msgspec.Struct, frozen=True, kw_only=True):
    """What dbt's artefacts say of one node (redacted), with the namespaces its producer may write."""

    grant: tuple[str, ...]
    document: msgspec.Raw
    warnings: tuple[str, ...] = ()


class DocumentObserved(msgspec.Struct, frozen=True, kw_only=True):
    """A document of our own (redacted), with the namespaces its producer may write."""

    grant: tuple[str, ...]
    document: msgspec.Raw
    warnings: tuple[str, ...] = ()


class KeyCreated(msgspec.Struct, frozen=True, kw_only=True):
    """An API key came to be. `digest` is the SHA-256 of a 256-bit random secret, in hex; the secret is never stored."""

    key: str
    name: str
    digest: str
    scopes: tuple[Scope, ...]


class KeyRevoked(msgspec.Struct, frozen=True, kw_only=True):
    """An API key is no longer accepted."""

    key: str
    reason: str = ""
