"""The SQL a job runs, with what completes the names in it."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.openlineage.dialects import engine_of_producer, infer_dialect, misnamed
from headwater.capture.openlineage.events import SqlFacet
from headwater.capture.openlineage.reading import FacetReader, Reading
from headwater.capture.redaction.statements import SEALED_KIND
from headwater.capture.redaction.tokens import is_token
from headwater.model.facts import StatementSeen
from headwater.model.ids import DatasetId, JobId
from headwater.model.lineage import Statement


def tell_statement(reading: Reading, job: JobId, facets: FacetReader, datasets: Sequence[DatasetId], engine: str) -> None:
    """Say which statement a job runs. A text that had to be sealed whole is a gap: nobody can read lineage from it."""
    facet = facets.read("sql", SqlFacet)
    if facet is None or not facet.query.strip():
        return
    if is_token(facet.query, SEALED_KIND):
        reading.gap("SQL-SEALED", str(job), "the SQL text could not be read safely and was sealed as a whole")
        return
    dialect = infer_dialect(facet.dialect, [dataset.namespace for dataset in datasets], engine or engine_of_producer(reading.producer))
    catalog, schema = default_names(datasets)
    statement = Statement(facet.query, dialect, catalog, schema, misnamed(facet.dialect))
    reading.say(StatementSeen, statement=statement, job=job, run=reading.run, grant=reading.grant, producer_key=reading.producer_key)


def default_names(datasets: Sequence[DatasetId]) -> tuple[str | None, str | None]:
    """The catalog and schema that all table-like names share; paths do not count."""
    names = [dataset.name.split(".") for dataset in datasets if "/" not in dataset.name]
    if not names or len({len(parts) for parts in names}) != 1:
        return None, None
    width = len(names[0])
    catalogs = {parts[-3] for parts in names} if width >= 3 else set()
    schemas = {parts[-2] for parts in names} if width >= 2 else set()
    catalog = catalogs.pop() if len(catalogs) == 1 else None
    schema = schemas.pop() if len(schemas) == 1 and (catalog is not None or width == 2) else None
    return catalog, schema
