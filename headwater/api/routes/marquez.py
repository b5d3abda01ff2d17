"""Marquez's read paths, for tools that know them. Ours, with evidence and gaps, are under `/api/v1/ask`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import unquote

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from headwater.answers import search
from headwater.answers.sight import Sight
from headwater.api.context import context_of, json_response, require
from headwater.api.marquez.events import events, run_facets
from headwater.api.marquez.graphs import column_graph, job_graph
from headwater.api.marquez.hidden import HiddenNames
from headwater.api.marquez.reads import Marquez, Page, unknown
from headwater.api.marquez.shapes import (
    Dataset,
    Datasets,
    DatasetVersions,
    Events,
    Facets,
    Graph,
    Job,
    Jobs,
    Namespace,
    Namespaces,
    Result,
    Results,
    Run,
    Runs,
)
from headwater.api.openapi import describe
from headwater.model.answers import Hit
from headwater.model.errors import Forbidden, UsageError
from headwater.model.ids import DatasetId, JobId, RunId, run_node
from headwater.model.questions import SearchQuestion, ShowQuestion
from headwater.model.times import BEGINNING, FOREVER, Instant, parse_instant
from headwater.projections.views import Views

Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0)]
Depth = Annotated[int, Query(ge=0, le=1000)]

router = APIRouter(prefix="/api/v1", tags=["marquez"])


@router.get("/namespaces", summary="Namespaces", response_class=Response, openapi_extra=describe(Namespaces))
async def namespaces(request: Request, limit: Limit = 100, offset: Offset = 0) -> Response:
    """Every namespace that the key may see something of."""
    return await _read(request, lambda views, sight: Marquez(views, sight).namespaces(Page(limit, offset)))


@router.get("/namespaces/{path:path}", include_in_schema=False)
async def within_namespace(request: Request, limit: Limit = 100, offset: Offset = 0) -> Response:
    """Everything below a namespace; names may hold escaped slashes, so the path is taken apart here."""
    below = request.scope["raw_path"].decode("ascii").split("/api/v1/namespaces/", 1)[1]
    parts = tuple(map(unquote, below.rstrip("/").split("/")))
    page = Page(limit, offset)
    return await _read(request, lambda views, sight: _below(Marquez(views, sight), parts, page))


@router.get("/jobs/runs/{run}", summary="A run", response_class=Response, openapi_extra=describe(Run))
async def one_run(request: Request, run: str) -> Response:
    """One run by its id."""
    return await _read(request, lambda views, sight: Marquez(views, sight).run(RunId(run)))


@router.get("/jobs/runs/{run}/facets", summary="A run's facets", response_class=Response, openapi_extra=describe(Facets))
async def facets(request: Request, run: str) -> Response:
    """As recorded (redacted), added up over the run's events; without those that name anything the key does not read."""
    principal = require(request, "read")
    context = context_of(request)
    shown = await context.asker.ask(ShowQuestion(node=run_node(RunId(run))), principal)
    positions = tuple(position for view in shown.result.runs for position in view.entries)
    sight = Sight.of(principal)

    def told() -> dict[str, msgspec.Raw]:
        with context.headwater.follower.reading() as views:
            hidden = HiddenNames.of(views, sight)
        return run_facets(context.headwater.ledger, positions, sight, hidden)

    found = await context.asker.aside(told)
    return json_response(Facets(run_id=run, facets=found))


@router.get("/lineage", summary="Jobs and datasets around a node", response_class=Response, openapi_extra=describe(Graph))
async def lineage(request: Request, nodeId: str, depth: Depth = 20) -> Response:  # noqa: N803  # because Marquez names it so
    """Both ways, so many hops far."""
    return await _read(request, lambda views, sight: job_graph(views, sight, nodeId, depth))


@router.get("/column-lineage", summary="Columns around a node", response_class=Response, openapi_extra=describe(Graph))
async def column_lineage(
    request: Request,
    nodeId: str,  # noqa: N803  # because Marquez names it so
    depth: Depth = 20,
    withDownstream: bool = False,  # noqa: N803  # because Marquez names it so
) -> Response:
    """Where columns come from, and with `withDownstream` where they go."""
    return await _read(request, lambda views, sight: column_graph(views, sight, nodeId, depth, downstream=withDownstream))


@router.get("/events/lineage", summary="Events as recorded", response_class=Response, openapi_extra=describe(Events))
async def recorded_events(
    request: Request, before: str | None = None, after: str | None = None, limit: Limit = 100, offset: Offset = 0
) -> Response:
    """Redacted, last recorded first. An event names many namespaces, so the key must read them all."""
    principal = require(request, "read")
    if not Sight.of(principal).sees_all:
        raise Forbidden("cannot list events: the key does not read every namespace", next_step="headwater key create --help")
    context = context_of(request)
    first, last = _instant(after, BEGINNING), _instant(before, FOREVER)
    return json_response(await context.asker.aside(events, context.headwater.ledger, first, last, limit, offset))


@router.get("/search", summary="Search datasets and jobs", response_class=Response, openapi_extra=describe(Results))
async def find(request: Request, q: str, limit: Limit = 10) -> Response:
    """By name, columns, documentation, tags and owners."""
    return await _read(request, lambda views, sight: _results(views, sight, q, limit))


NAMESPACE_PATHS: dict[str, tuple[str, Any]] = {
    "/api/v1/namespaces/{namespace}": ("A namespace", Namespace),
    "/api/v1/namespaces/{namespace}/datasets": ("A namespace's datasets", Datasets),
    "/api/v1/namespaces/{namespace}/datasets/{dataset}": ("A dataset", Dataset),
    "/api/v1/namespaces/{namespace}/datasets/{dataset}/versions": ("A dataset's versions", DatasetVersions),
    "/api/v1/namespaces/{namespace}/jobs": ("A namespace's jobs", Jobs),
    "/api/v1/namespaces/{namespace}/jobs/{job}": ("A job", Job),
    "/api/v1/namespaces/{namespace}/jobs/{job}/runs": ("A job's runs", Runs),
}


def marquez_paths() -> dict[str, Any]:
    """The paths below a namespace, for the description: one route serves them all."""
    return {path: {"get": _operation(path, *told)} for path, told in NAMESPACE_PATHS.items()}


def _operation(path: str, summary: str, answer: Any) -> dict[str, Any]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    if answer in (Datasets, Jobs, DatasetVersions, Runs):
        parameters += [{"name": name, "in": "query", "required": False, "schema": {"type": "integer"}} for name in ("limit", "offset")]
    return {"tags": ["marquez"], "summary": summary, "parameters": parameters, **describe(answer)}


def _below(marquez: Marquez, parts: tuple[str, ...], page: Page) -> Any:
    match parts:
        case (namespace,):
            return marquez.namespace(namespace)
        case (namespace, "datasets"):
            return marquez.datasets(namespace, page)
        case (namespace, "datasets", name):
            return marquez.dataset(DatasetId(namespace, name))
        case (namespace, "datasets", name, "versions"):
            return marquez.versions(DatasetId(namespace, name), page)
        case (namespace, "jobs"):
            return marquez.jobs(namespace, page)
        case (namespace, "jobs", name):
            return marquez.job(JobId(namespace, name))
        case (namespace, "jobs", name, "runs"):
            return marquez.runs(JobId(namespace, name), page)
    raise unknown("/".join(parts))


async def _read(request: Request, work: Callable[[Views, Sight], Any]) -> Response:
    """Read the views, on a thread, with the asker's sight."""
    principal = require(request, "read")
    context = context_of(request)
    await context.asker.reach(None)

    def held() -> Any:
        with context.headwater.follower.reading() as views:
            return work(views, Sight.of(principal))

    return json_response(await context.asker.aside(held))


def _results(views: Views, sight: Sight, text: str, limit: int) -> Results:
    answer = search.ask(views, SearchQuestion(text=text, limit=1000), sight)
    hits = [hit for hit in answer.result.hits if hit.type in {"dataset", "job"}]
    marquez = Marquez(views, sight)
    return Results(total_count=len(hits), results=tuple(_result(views, marquez, hit) for hit in hits[:limit]))


def _result(views: Views, marquez: Marquez, hit: Hit) -> Result:
    """A hit by its parts, which its id alone does not tell apart."""
    known = views.catalog.datasets if hit.type == "dataset" else views.catalog.jobs
    node = next(candidate for candidate in known if str(candidate) == hit.id)
    shown = marquez.dataset(node) if isinstance(node, DatasetId) else marquez.job(node)
    return Result(type=hit.type.upper(), name=node.name, namespace=node.namespace, node_id=hit.id, updated_at=shown.updated_at)


def _instant(text: str | None, otherwise: Instant) -> Instant:
    if text is None:
        return otherwise
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        raise UsageError("cannot read `before` or `after`: expected a time as in RFC 3339", next_step="see /openapi.json") from None
