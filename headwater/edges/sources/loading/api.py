"""REST APIs, through dlt's declarative source: pages, authentication, rate limits and retries are dlt's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from headwater.edges.sources.loading.speaking import Look, session
from headwater.edges.sources.loading.unreachable import SourceUnreachable
from headwater.model.lakes import DatasetName

from dlt.sources.rest_api import rest_api_source  # isort: skip


BACKOFF_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiList:
    """One list of an API, as it is asked for."""

    name: str
    path: str
    write: str
    key: tuple[str, ...] = ()
    cursor: str = ""
    since: str = ""
    initial: str | int | None = None
    data: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    paginator: Any = None
    look: Look = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "look", Look(self.data))


def api_source(base_url: str, lists: Sequence[ApiList], *, auth: dict[str, Any], headers: dict[str, str], paginator: Any) -> Any:
    """The dlt source of an API.

    Raises:  SourceUnreachable: dlt does not understand what was set up; names no secret.
    """
    base = base_url if base_url.endswith("/") else f"{base_url}/"
    client: dict[str, Any] = {"base_url": base, "headers": headers, "session": session(base, BACKOFF_SECONDS)}
    if auth:
        client["auth"] = auth
    if paginator is not None:
        client["paginator"] = paginator
    try:
        return rest_api_source({"client": client, "resources": [_resource(told) for told in lists]})  # type: ignore[arg-type, misc, typeddict-item, unused-ignore]  # because dlt's types of settings are wider than they say
    except Exception as fault:  # noqa: BLE001  # because dlt's faults of configuration have no common kind
        raise SourceUnreachable(
            f"cannot set up the API `{urlsplit(base_url).hostname}`: dlt does not understand its settings ({type(fault).__name__})",
            next_step="correct lake.toml",
        ) from None


def api_origin(base_url: str, path: str, namespace: str = "") -> DatasetName:
    """The name of an API's list: `api://{host}` / `{path template}`, or in the namespace by which jobs name it."""
    address = urlsplit(base_url)
    base = address.path.strip("/")
    return DatasetName(
        namespace or f"api://{address.netloc.rpartition('@')[2]}", "/".join(part for part in (base, path.strip("/")) if part)
    )


def _resource(told: ApiList) -> dict[str, Any]:
    """A list as dlt takes it, without its key: rows that changed within one moment of the cursor would look fetched already."""
    endpoint: dict[str, Any] = {"path": told.path, "params": dict(told.params), "response_actions": [told.look]}
    if told.data:
        endpoint["data_selector"] = told.data
    if told.paginator is not None:
        endpoint["paginator"] = told.paginator
    if told.cursor and told.since:
        endpoint["params"][told.since] = {
            "type": "incremental",
            "cursor_path": told.cursor,
            "initial_value": told.initial,
            "on_cursor_value_missing": "include" if told.key else "raise",
        }
    return {
        "name": told.name,
        "endpoint": endpoint,
        "write_disposition": "append",
    }
