"""The facts of an event's job, its `lineage` facet and SQL apart."""

from __future__ import annotations

from headwater.capture.openlineage.events import (
    DocumentationFacet,
    JobTypeFacet,
    OwnershipFacet,
    SourceCodeFacet,
    SourceLocationFacet,
    TagsFacet,
)
from headwater.capture.openlineage.reading import FacetReader, Reading, clipped
from headwater.model.facts import JobDescribed, Owner, Tag


def tell_job(reading: Reading, facets: FacetReader, *, always: bool) -> None:
    """Say what an event tells of its job; `always` says so even where it tells nothing, so that the job exists."""
    documentation = facets.read("documentation", DocumentationFacet)
    job_type = facets.read("jobType", JobTypeFacet)
    location = facets.read("sourceCodeLocation", SourceLocationFacet)
    code = facets.read("sourceCode", SourceCodeFacet)
    told = {
        "documentation": clipped(documentation.description) if documentation else None,
        "owners": owners(facets),
        "tags": tags(facets),
        "job_type": _job_type(job_type) if job_type else None,
        "source_location": location.url if location else None,
        "source_language": code.language if code else None,
    }
    if always or any(value is not None for value in told.values()):
        reading.say(JobDescribed, job=reading.job, producer=reading.producer, **told)


def owners(facets: FacetReader) -> tuple[Owner, ...] | None:
    """The owners a facet names; None where it is absent."""
    facet = facets.read("ownership", OwnershipFacet)
    return None if facet is None else tuple(dict.fromkeys(Owner(owner.name, owner.type or "") for owner in facet.owners or ()))


def tags(facets: FacetReader) -> tuple[Tag, ...] | None:
    """The tags a facet names; None where it is absent."""
    facet = facets.read("tags", TagsFacet)
    if facet is None:
        return None
    return tuple(dict.fromkeys(Tag(tag.key, clipped(tag.value) or "", tag.field or "", tag.source or "") for tag in facet.tags or ()))


def _job_type(facet: JobTypeFacet) -> str:
    """Such as `BATCH SPARK QUERY`."""
    return " ".join(part for part in (facet.processingType, facet.integration, facet.jobType or "") if part)
