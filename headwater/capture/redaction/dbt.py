"""Which rule is for which part of a dbt document; what is not named here is read by `anything`."""

from __future__ import annotations

from typing import Any

from headwater.capture.redaction.rules import Walk, data, each, error, expression, kept, name, prose, shape, sql, uri

_RELATION = dict.fromkeys(("unique_id", "name", "database", "schema", "alias", "identifier", "relation_name", "package_name"), name)
_COLUMN = shape({"name": name, "description": prose, "data_type": kept, "tags": each(prose)})


def _named(walk: Walk, value: Any) -> Any:
    """A column's name, an expression, or a list of them."""
    return each(expression)(walk, value) if isinstance(value, list) else expression(walk, value) if isinstance(value, str) else value


_CONFIG = shape(
    {
        **dict.fromkeys(
            ("unique_key", "updated_at", "check_cols", "event_time", "dbt_valid_to_current", "incremental_predicates", "predicates"), _named
        ),
        **dict.fromkeys(("merge_update_columns", "merge_exclude_columns"), each(name)),
        **dict.fromkeys(("materialized", "strategy", "incremental_strategy", "hard_deletes", "on_schema_change", "begin"), kept),
    }
)
_NODE = shape(
    {
        **_RELATION,
        **dict.fromkeys(("resource_type", "language", "access", "type", "maturity", "group", "source_name"), kept),
        "original_file_path": name,
        "description": prose,
        "source_description": prose,
        "label": prose,
        "url": uri,
        "tags": each(prose),
        "owners": each(name),
        "columns": each(_COLUMN),
        "compiled_code": sql,
        "config": _CONFIG,
    }
)
_HEADER = shape({"project": name, "job_namespace": name, "connection": shape({"namespace": name, "settings": each(name)})})
_CATALOG_COLUMN = shape({"name": name, "type": kept, "comment": prose})
_RESULT = shape({"status": kept, "started_at": kept, "completed_at": kept, "message": error, "compiled_code": sql})
_HOOK = shape({"name": name, "sql": sql, "reason": prose, "parents": each(name), "names": each(name)})
_DOCUMENT = shape(
    {
        "header": _HEADER,
        "node": _NODE,
        "parents": each(shape(_RELATION)),
        "catalog": each(_CATALOG_COLUMN),
        "result": _RESULT,
        "hooks": each(_HOOK),
        "hook_parents": each(shape(_RELATION)),
    },
    data,
)


def redact(walk: Walk, document: dict[str, Any]) -> None:
    """Edit a dbt document in place; its SQL is read in the walk's dialect."""
    _DOCUMENT(walk, {key: value for key, value in document.items() if key != "dbt"})
