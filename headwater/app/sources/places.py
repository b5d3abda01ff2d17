"""What sources a home has, as `lake.toml` says.

[source.portal]
kind = "api"
lake = "clinic"
base_url = "https://portal.example/v1"
auth = { type = "bearer", token = "env:PORTAL_TOKEN" }

[[source.portal.resources]]
name = "visits"
path = "visits"
key = ["id"]
cursor = "updated_at"
since = "updated_since"

[source.ward]
kind = "database"
lake = "clinic"
url = "env:WARD_URL"

[[source.ward.tables]]
name = "public.patients"
key = ["mrn"]
deletions = true

[source.vitals]
kind = "stream"
lake = "clinic"
address = "kafka://broker.example:9092"
options = { "sasl.mechanism" = "SCRAM-SHA-512", "sasl.username" = "lake", "sasl.password" = "env:KAFKA_PASSWORD" }

[[source.vitals.topics]]
name = "ward.vitals"
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from headwater.app.places import FILE_NAME, read_section, write_section
from headwater.model.errors import UsageError

SECTION = "source"
Write = Literal["append", "replace", "merge"]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind"):
    """What every source has: the lake that it fills, and the namespace of tables in that lake that it fills."""

    lake: Text
    into: Text = "raw"


class ApiResource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A list of an API: `data` is the JSON path of its rows, `cursor` the field by which later calls ask only for what is new.

    `since` is the parameter that carries the last cursor. With `key` rows are merged, without they are appended; `write` says otherwise.
    `paginator` is one of dlt's, by name or with its settings.
    """

    name: Text
    path: Text
    key: tuple[str, ...] = ()
    cursor: str = ""
    since: str = ""
    initial: str | int | None = None
    data: str = ""
    params: dict[str, Any] = {}
    paginator: str | dict[str, Any] | None = None
    write: Write | None = None


class ApiSource(Source, frozen=True, kw_only=True, omit_defaults=True, tag="api"):
    """A REST API. `auth` and `paginator` are dlt's settings, secrets in them by reference; `namespace` as for a database."""

    base_url: Text
    resources: tuple[ApiResource, ...]
    auth: dict[str, Any] = {}
    headers: dict[str, str] = {}
    paginator: str | dict[str, Any] | None = None
    namespace: str = ""


class DatabaseTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of a database, `schema.table`. With a `cursor` only rows beyond its last value are fetched, else all of them each time.

    `deletions` compares the keys that are there with those in the lake, and takes away what is gone.
    """

    name: Text
    key: tuple[str, ...] = ()
    cursor: str = ""
    deletions: bool = False
    columns: tuple[str, ...] = ()
    write: Write | None = None


class DatabaseSource(Source, frozen=True, kw_only=True, omit_defaults=True, tag="database"):
    """A database that SQLAlchemy reaches: PostgreSQL, MySQL, SQLite. `namespace` is how jobs name it, by default from its address.

    Where a namespace is said, tables of a database in a file go by the file's name without its folder and ending.
    """

    url: Text
    tables: tuple[DatabaseTable, ...]
    namespace: str = ""


class FeedSource(Source, frozen=True, kw_only=True, omit_defaults=True, tag="feed"):
    """A supplier's drop folder or bucket. `manifest` is `none` for a supplier who promises nothing.

    `due` is the time of day (UTC, `HH:MM`) until which the delivery whose name holds a date is to be there on that date, `grace_minutes`
    later at most. Repeated, altered and broken deliveries are held back; `altered = "load"` loads those whose content changed.
    `encoding` and `delimiter` are those of its text files.
    """

    provider: Text
    product: Text
    location: Text
    table: str = ""
    manifest: Literal["required", "none"] = "required"
    due: Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^$")] = ""
    grace_minutes: Annotated[int, msgspec.Meta(ge=0)] = 0
    altered: Literal["hold", "load"] = "hold"
    key: tuple[str, ...] = ()
    write: Write = "append"
    encoding: Text = "utf-8"
    delimiter: Annotated[str, msgspec.Meta(max_length=1)] = ""
    options: dict[str, str] = {}


class StreamTopic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A topic, and the table that it fills, by default named like it.

    With `key = ["_kafka_key"]` the table holds the newest message of each key, and tombstones take rows away; without, a row stands for
    each message.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,249}$")]
    table: str = ""
    format: Literal["json", "text"] = "json"
    key: tuple[Literal["_kafka_key"], ...] = ()


class StreamSource(Source, frozen=True, kw_only=True, omit_defaults=True, tag="stream"):
    """Topics of Kafka. `options` are the client's own properties by which brokers are reached (`security.protocol`, `sasl.…`, `ssl.…`).

    A batch has at most `batch_messages`; where the source is followed, one goes in every `batch_seconds` in which something came.
    """

    address: Annotated[str, msgspec.Meta(pattern=r"^(kafka://|env:|file:).+", max_length=2_000)]
    topics: Annotated[tuple[StreamTopic, ...], msgspec.Meta(min_length=1)]
    options: dict[str, str] = {}
    namespace: str = ""
    batch_messages: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 50_000
    batch_seconds: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 10.0


AnySource = ApiSource | DatabaseSource | FeedSource | StreamSource


class UnknownSource(UsageError):
    """No source of this name stands in `lake.toml`."""

    code: ClassVar[str] = "SOURCE-UNKNOWN"


def read_sources(home: Path) -> dict[str, AnySource]:
    """The sources of a home by name.

    Raises:  ConfigFault: the file cannot be read, or says something that no source can be.
    """
    return read_section(home, SECTION, AnySource)


def find_source(home: Path, name: str) -> AnySource:
    """One source of a home.

    Raises:  UnknownSource, ConfigFault.
    """
    sources = read_sources(home)
    if name not in sources:
        known = f"one of {', '.join(f'`{other}`' for other in sorted(sources))}" if sources else "one that was added"
        raise UnknownSource(
            f"cannot find source `{name}` in `{home / FILE_NAME}`: expected {known}", next_step="headwater source add --help"
        )
    return sources[name]


def write_source(home: Path, name: str, source: AnySource) -> None:
    """Put a source into the file.

    Raises:  UsageError: a name that is none, or a secret that stands there itself. ConfigFault: the file cannot be read or written.
    """
    told: dict[str, Any] = msgspec.to_builtins(source)
    write_section(home, SECTION, name, told)
