"""Which rule is for which part of an OpenLineage event; what is not named here is read by `anything`."""

from __future__ import annotations

from typing import Any

from headwater.capture.redaction.credentials import names_secret
from headwater.capture.redaction.rules import (
    Rule,
    Walk,
    anything,
    code,
    data,
    each,
    error,
    everything,
    expression,
    hidden,
    inside,
    kept,
    name,
    prose,
    secret,
    shape,
    sql,
    trace,
    uri,
)

_FACET: dict[str, Rule] = {"_producer": kept, "_schemaURL": kept}
_JOB_OR_RUN: dict[str, Rule] = {"namespace": name, "name": name, "runId": kept}


def _facet(**fields: Rule) -> Rule:
    return shape({**_FACET, **fields})


def _all_kept(fields: str) -> dict[str, Rule]:
    """Fields of a facet that are structure."""
    return dict.fromkeys(fields.split(), kept)


def _values(**fields: Rule) -> Rule:
    """A facet that is there to carry values: built in another way than known, all of it is one."""
    return shape({**_FACET, **fields}, wrong=everything)


def _schema_field(walk: Walk, value: Any) -> Any:
    return _SCHEMA_FIELD(walk, value)


def _environment(walk: Walk, value: Any) -> Any:
    """A variable or parameter: a secret by its name, otherwise a value."""
    if type(value) is not dict:
        return inside(walk, value, _environment) if type(value) is list else everything(walk, value)
    named = any(names_secret(value[key]) for key in ("name", "key") if type(value.get(key)) is str)
    return shape({"name": kept, "key": kept, "description": prose, "value": secret if named else data}, everything)(walk, value)


def _source_code(walk: Walk, value: Any) -> Any:
    is_sql = type(value) is dict and str(value.get("language", "")).strip().lower() in ("sql", "postgresql", "plsql", "tsql")
    return _values(language=kept, sourceCode=sql if is_sql else code)(walk, value)


def _sql_facet(walk: Walk, value: Any) -> Any:
    return _values(query=sql, dialect=kept)(walk, value)


def _tag(walk: Walk, value: Any) -> Any:
    """A tag: what stands under the name of a secret is one, unless it only says yes or no."""
    if type(value) is list:
        return inside(walk, value, _tag)
    named = type(value) is dict and type(value.get("key")) is str and names_secret(value["key"])
    is_secret = named and str(value.get("value")).strip().lower() not in ("true", "false", "yes", "no")
    return shape({"key": kept, "value": secret if is_secret else prose, "source": kept, "field": name})(walk, value)


_SCHEMA_FIELD = shape({"name": name, "type": kept, "description": prose, "fields": _schema_field})
_TRANSFORMATIONS = shape({"type": kept, "subtype": kept, "description": expression})
_INPUT_FIELD = shape({"namespace": name, "name": name, "field": name, "type": kept, "runId": kept, "transformations": _TRANSFORMATIONS})
_COLUMN = shape({"inputFields": _INPUT_FIELD, "inputs": _INPUT_FIELD, "transformationDescription": expression, "transformationType": kept})
_TAGS = _facet(tags=_tag)
_OWNERSHIP = _facet(owners=shape({"name": kept, "type": kept}))
_DOCUMENTATION = _facet(description=prose, contentType=kept)
_METRICS = _values(
    columnMetrics=each(shape({"min": data, "max": data, "sum": data, "quantiles": everything})), lastUpdated=kept, captureDate=kept
)
_TEST = shape(
    {
        "assertion": prose,
        "name": prose,
        "column": name,
        "severity": kept,
        "status": kept,
        "type": kept,
        "contentType": kept,
        "description": prose,
        "expected": data,
        "actual": data,
        "content": expression,
        "params": everything,
    }
)
_PARENT = shape(
    {
        "run": shape({"runId": kept}),
        "job": shape(_JOB_OR_RUN),
        "root": shape({"run": shape({"runId": kept}), "job": shape(_JOB_OR_RUN)}),
        **_FACET,
    }
)
_DEPENDENCY = shape(
    {"job": shape(_JOB_OR_RUN), "run": shape(_JOB_OR_RUN), **_all_kept("dependency_type sequence_trigger_rule status_trigger_rule")}
)


def _condition(walk: Walk, value: Any) -> Any:
    return _CONDITION(walk, value)


_CONDITION = shape(
    {
        "left": _condition,
        "right": _condition,
        "type": kept,
        "operator": kept,
        "comparison": kept,
        "field": name,
        "value": data,
        "locations": each(uri),
        "partitions": shape({"dimensions": everything, "identifier": data}),
    }
)


def _lineage_entries(walk: Walk, value: Any) -> Any:
    return shape({"namespace": name, "name": name, "type": kept, "runId": kept, "inputs": _INPUT_FIELD, "fields": each(_COLUMN)})(
        walk, value
    )


FACETS: dict[str, Rule] = {
    "schema": _facet(fields=_SCHEMA_FIELD),
    "columnLineage": _facet(fields=each(_COLUMN), dataset=_INPUT_FIELD),
    "lineage": _facet(inputs=_INPUT_FIELD, fields=each(_COLUMN), entries=_lineage_entries),
    "symlinks": _facet(identifiers=shape({"namespace": name, "name": name, "type": kept})),
    "lifecycleStateChange": _facet(lifecycleStateChange=kept, previousIdentifier=shape({"namespace": name, "name": name})),
    "dataSource": _facet(name=name, uri=uri),
    "storage": _facet(storageLayer=kept, fileFormat=kept),
    "version": _facet(datasetVersion=kept),
    "datasetType": _facet(datasetType=kept, subType=kept),
    "catalog": _facet(framework=kept, type=kept, name=name, metadataUri=uri, warehouseUri=uri, source=kept),
    "hierarchy": _facet(hierarchy=shape({"name": name, "type": kept})),
    "documentation": _DOCUMENTATION,
    "ownership": _OWNERSHIP,
    "tags": _TAGS,
    "dataQualityMetrics": _METRICS,
    "dataQualityAssertions": _values(assertions=_TEST),
    "test": _values(tests=_TEST),
    "subset": _values(inputCondition=_condition, outputCondition=_condition),
    "sql": _sql_facet,
    "sourceCode": _source_code,
    "sourceCodeLocation": _facet(url=uri, repoUrl=uri, path=uri, **_all_kept("type version tag branch pullRequestNumber")),
    "jobType": _facet(**_all_kept("processingType integration jobType")),
    "parent": _PARENT,
    "parentRun": _PARENT,
    "nominalTime": _facet(**_all_kept("nominalStartTime nominalEndTime")),
    "processing_engine": _facet(**_all_kept("version name openlineageAdapterVersion")),
    "externalQuery": _facet(**_all_kept("externalQueryId source")),
    "jobDependencies": _facet(upstream=_DEPENDENCY, downstream=_DEPENDENCY, trigger_rule=kept),
    "errorMessage": _values(message=error, programmingLanguage=kept, stackTrace=trace),
    "extractionError": _values(errors=shape({"errorMessage": error, "stackTrace": trace, "task": sql}, wrong=everything)),
    "environmentVariables": _values(environmentVariables=_environment),
    "executionParameters": _values(parameters=_environment),
    "inputStatistics": _facet(),
    "outputStatistics": _facet(),
}


def _one_facet(walk: Walk, value: Any) -> Any:
    called = str(walk.path[-1])
    return FACETS.get(called, hidden if names_secret(called) else anything)(walk, value)


_FACETS = each(_one_facet)
_DATASET = shape({"namespace": name, "name": name, "facets": _FACETS, "inputFacets": _FACETS, "outputFacets": _FACETS})
_EVENT = shape(
    {
        "eventTime": kept,
        "eventType": kept,
        "producer": kept,
        "schemaURL": kept,
        "run": shape({"runId": kept, "facets": _FACETS}),
        "job": shape({"namespace": name, "name": name, "facets": _FACETS}),
        "dataset": _DATASET,
        "inputs": _DATASET,
        "outputs": _DATASET,
    }
)


def redact(walk: Walk, event: dict[str, Any]) -> None:
    """Redact an event in place."""
    _EVENT(walk, event)
