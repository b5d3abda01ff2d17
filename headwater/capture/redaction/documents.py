"""Which rule is for which part of our own documents; what is not named here is read by `anything`."""

from __future__ import annotations

from typing import Any

from headwater.capture.openlineage.dialects import dialect_named
from headwater.capture.redaction.rules import Rule, Walk, each, kept, name, prose, shape, sql, uri
from headwater.model.entries import (
    BATCH_LOADED,
    BATCH_PROFILED,
    CLOCK_PASSED,
    DATASET_CLASSIFIED,
    DATASET_GROUPED,
    FEED_DELIVERY,
    HUMAN_EXPECTATIONS,
    HUMAN_EXPECTED,
    HUMAN_FINDING,
    HUMAN_LABEL,
    HUMAN_MASKING,
    LAKE_ADDED,
    LAKE_EXAMINED,
    LAKE_SCANNED,
    LAKE_VERSIONS,
)

_HEAD: dict[str, Rule] = {"headwater": kept, "seen_at": kept}
_DATASET = shape({"namespace": name, "name": name})
_COLUMN = shape({"name": name, "type": kept, "description": prose})
_SCHEMA = shape({"id": kept, "at": kept, "columns": each(_COLUMN), "ids": kept, "required": kept})
_GAPS = each(shape({"code": kept, "detail": prose}))
_PIECES = each(shape({"name": name, "digest": kept, "promised": kept}))
_FILE = shape({"path": name, "change": kept, "at": kept, "digest": kept})
_STATISTICS = shape({"column": name})
_EXECUTED = shape({"sql": sql, "dialect": kept, "catalog": name, "schema": name})


def _executed(walk: Walk, value: Any) -> Any:
    """A statement, read in its own dialect."""
    before, told = walk.dialect, value.get("dialect") if type(value) is dict else None
    walk.dialect = dialect_named(told) if type(told) is str else None
    try:
        return _EXECUTED(walk, value)
    finally:
        walk.dialect = before


_RANGE = shape({"column": name, "low": kept, "high": kept})
_EXAMINED = shape({**dict.fromkeys(("touched", "columns_added", "columns_removed"), each(name)), "ranges": each(_RANGE)})
_VERSION = shape(
    {
        **dict.fromkeys(("version", "at", "operation", "parent", "not_before", "schema", "together", "digest", "content"), kept),
        "author": name,
        "engine": name,
        "stamps": each(name),
        "columns": each(_STATISTICS),
        "files": each(_FILE),
        "executed": _executed,
    }
)


def _measured(walk: Walk, value: Any) -> Any:
    """A profile or the witnesses of a verdict: the form lets in only names, numbers, short words of ours and tokens that its taker made."""
    return value


_EVIDENCE = {"evidence": _measured, "gaps": _measured, **dict.fromkeys(("state", "info_type", "category"), kept)}
_VERDICT = shape({**_EVIDENCE, "column": name, "type": kept, "also": each(shape(_EVIDENCE))})
_ALLOWANCE = shape({"level": kept, **dict.fromkeys(("categories", "info_types", "purposes"), each(name))})
_EXPECTATION = shape(
    {**dict.fromkeys(("name", "namespace", "dataset", "owner"), name), "kind": kept, "allow": each(_ALLOWANCE)}
    | dict.fromkeys(("columns", "used_for"), each(name))
)

RULES: dict[str, Rule] = {
    LAKE_ADDED: shape({**_HEAD, "lake": name, "kind": kept, "namespace": name, "location": uri}),
    LAKE_VERSIONS: shape(
        {
            **_HEAD,
            **dict.fromkeys(("lake", "owner"), name),
            **dict.fromkeys(("format", "cursor", "current"), kept),
            "dataset": _DATASET,
            "aliases": each(_DATASET),
            "location": uri,
            "schemas": each(_SCHEMA),
            "partitioning": each(name),
            "versions": each(_VERSION),
            "gone": each(kept),
            "gaps": _GAPS,
        }
    ),
    LAKE_EXAMINED: shape({**_HEAD, "lake": name, "dataset": _DATASET, "version": kept, "parent": kept, "found": _EXAMINED}),
    LAKE_SCANNED: shape({**_HEAD, "lake": name, "namespace": name, "started_at": kept, "missing": each(name), "gaps": _GAPS}),
    BATCH_LOADED: shape(
        {
            **_HEAD,
            **dict.fromkeys(("source", "batch", "run"), name),
            **dict.fromkeys(("kind", "started_at", "ended_at", "delivered_at", "due_at", "version", "schema", "content"), kept),
            **dict.fromkeys(("dataset", "origin", "job"), _DATASET),
            "pieces": _PIECES,
            "gaps": _GAPS,
        }
    ),
    BATCH_PROFILED: shape({**_HEAD, "dataset": _DATASET, "source": name, "profile": _measured}),
    HUMAN_EXPECTED: shape({**_HEAD, "dataset": _DATASET, "source": name, "change": each(kept), "reason": prose}),
    FEED_DELIVERY: shape(
        {
            **_HEAD,
            **dict.fromkeys(("source", "delivery", "like", "batch"), name),
            **dict.fromkeys(("verdict", "delivered_at", "due_at", "digest"), kept),
            **dict.fromkeys(("dataset", "origin"), _DATASET),
            "why": prose,
            "pieces": _PIECES,
        }
    ),
    HUMAN_FINDING: shape({**_HEAD, "finding": kept, "dataset": _DATASET, "action": kept, "reason": prose}),
    DATASET_CLASSIFIED: shape(
        {
            **_HEAD,
            **dict.fromkeys(("classifier", "lake"), name),
            "dataset": _DATASET,
            "version": kept,
            "columns": each(_VERDICT),
            "gaps": _GAPS,
        }
    ),
    DATASET_GROUPED: shape({**_HEAD, "dataset": _DATASET, "fingerprint": kept, "version": kept}),
    HUMAN_LABEL: shape(
        {
            **_HEAD,
            **dict.fromkeys(("info_type", "action", "level", "expires"), kept),
            "dataset": _DATASET,
            "column": name,
            "fingerprints": each(kept),
            "reason": prose,
        }
    ),
    HUMAN_MASKING: shape(
        {**_HEAD, **dict.fromkeys(("level", "expires"), kept), "function": name, "namespaces": each(name), "reason": prose}
    ),
    HUMAN_EXPECTATIONS: shape({**_HEAD, "namespace": name, "origin": name, "expectations": each(_EXPECTATION)}),
    CLOCK_PASSED: shape({**_HEAD, "passed_at": kept}),
}
