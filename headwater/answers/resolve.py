"""From what a person types to a node: a full node id, or any unique ending of a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from shlex import quote
from typing import Generic, TypeVar

from headwater.answers.sight import Sight
from headwater.model.answers import NodeView
from headwater.model.entries import Position
from headwater.model.errors import AmbiguousNode, UnknownNode
from headwater.model.ids import ColumnId, DatasetId, JobId, RunId, run_node
from headwater.model.naming import column_key
from headwater.projections.schemas import SchemaWord
from headwater.projections.views import Views

Target = DatasetId | ColumnId | JobId | RunId
N = TypeVar("N", DatasetId, JobId)
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Resolver:
    """Finds nodes among what the asker may see."""

    views: Views
    sight: Sight
    known_at: Position

    def resolve(self, text: str) -> Target:
        """The node that a text means; a short name means a job only where no dataset answers to it, and case counts unless nothing fits.

        Raises:  UnknownNode, AmbiguousNode.
        """
        scheme, separator, rest = text.partition(":")
        exact = self._exact(scheme) if separator else None
        named = set(exact(rest)) if exact is not None else set()
        found: list[Target] = sorted(named or set(self._short(text)) or set(self._short(text, fold=True)), key=node_id)
        if not found:
            raise self._unknown(text)
        if len(found) > 1:
            names = ", ".join(f"`{node_id(node)}`" for node in found[:_SHOWN])
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise AmbiguousNode(
                f"cannot tell which node `{text}` means: expected a unique name, got {len(found)}: {names}{more}",
                next_step="name one of them in full",
            )
        return found[0]

    def _unknown(self, text: str) -> UnknownNode:
        """Why nothing was found: where a dataset is meant whose column there is not, with the column that is written nearly so."""
        rest = text.removeprefix("datasetField:")
        for index in (position for position in range(len(rest) - 1, 0, -1) if rest[position] in ".:"):
            head, column = rest[:index], rest[index + 1 :]
            owners = sorted({*self._dataset(head), *(node for node in self._short(head) if isinstance(node, DatasetId))})
            if len(owners) == 1 and column:
                near = get_close_matches(column, sorted(self.nameable(owners[0]).values()), 1)
                perhaps = f"; perhaps `{near[0]}`" if near else ""
                problem = f"cannot find `{text}`: expected a column of `{owners[0].name}`, got none of this name{perhaps}"
                return UnknownNode(problem, next_step=f"headwater catalog show {quote(str(owners[0]))}")
        return UnknownNode(
            f"cannot find `{text}`: expected a dataset, column, job or run you may see",
            next_step=f"headwater catalog search {_word(text)}",
        )

    def knows(self, node: DatasetId | JobId) -> bool:
        """Whether a dataset or job was known at the position asked about and may be seen."""
        catalog = self.views.catalog
        record = catalog.datasets.get(node) if isinstance(node, DatasetId) else catalog.jobs.get(node)
        return record is not None and record.seen.position <= self.known_at and self.sight.sees(node.namespace)

    def jobs_of(self, run: RunId) -> list[JobId]:
        """The jobs that a run id was known to stand for and that may be seen; ids repeat across jobs."""
        jobs = self.views.catalog.jobs
        known = (job for job in self.views.catalog.run_jobs.get(run, ()) if jobs[job].runs[run] <= self.known_at)
        return sorted(job for job in known if self.sight.sees(job.namespace))

    def may_name(self, run: RunId) -> bool:
        """Whether a run's id may be shown: it belongs to a job that may be seen, or no job is known to it."""
        jobs = self.views.catalog.jobs
        known = [job for job in self.views.catalog.run_jobs.get(run, ()) if jobs[job].runs[run] <= self.known_at]
        return not known or any(self.sight.sees(job.namespace) for job in known)

    def _exact(self, scheme: str) -> Callable[[str], Iterator[Target]] | None:
        """How ids that start with a word are read."""
        match scheme:
            case "dataset":
                return self._dataset
            case "datasetField":
                return self._column
            case "job":
                return self._job
            case "run":
                return self._run
        return None

    def columns_of(self, dataset: DatasetId) -> dict[str, str]:
        """Every column a dataset ever had, by schema or lineage: key -> spelling."""
        record = self.views.catalog.datasets.get(dataset)
        found: dict[str, str] = {}
        last: SchemaWord | None = None
        for word in record.schemas.words if record is not None else ():
            if word.value is not last and word.position <= self.known_at:
                last = word.value
                found.update((column_key(dataset.namespace, column.name), column.name) for column in last.columns)
        derivations = self.views.derivations
        for incarnation in derivations.incarnations.history(dataset, self.known_at):
            number = derivations.nodes.known(incarnation, self.known_at)
            if number is not None:
                for key, spelling in derivations.nodes.columns_known(number, self.known_at).items():
                    found.setdefault(key, spelling)
        return found

    def nameable(self, dataset: DatasetId) -> dict[str, str]:
        """Columns, and what a look at the values found within them, such as a path of documents: key -> spelling."""
        found = self.columns_of(dataset)
        looked = self.views.decided.datasets.get(dataset)
        for look in looked.looks if looked is not None else ():
            if look.position <= self.known_at:
                for verdict in look.columns:
                    found.setdefault(column_key(dataset.namespace, verdict.column), verdict.column)
        return found

    def _dataset(self, rest: str) -> Iterator[DatasetId]:
        return (dataset for dataset in (DatasetId(*parts) for parts in splits(rest)) if self.knows(dataset))

    def _job(self, rest: str) -> Iterator[JobId]:
        return (job for job in (JobId(*parts) for parts in splits(rest)) if self.knows(job))

    def _run(self, rest: str) -> Iterator[RunId]:
        if self.jobs_of(RunId(rest)):
            yield RunId(rest)

    def _column(self, rest: str) -> Iterator[ColumnId]:
        for head, column in splits(rest):
            for dataset in self._dataset(head):
                spelling = self.nameable(dataset).get(column_key(dataset.namespace, column))
                if spelling is not None:
                    yield ColumnId(dataset, spelling)

    def _short(self, text: str, *, fold: bool = False) -> Iterator[Target]:
        catalog = self.views.catalog
        datasets = _Endings((dataset for dataset in catalog.datasets if self.knows(dataset)), fold=fold)
        jobs = _Endings((job for job in catalog.jobs if self.knows(job)), fold=fold)
        for named in (datasets.of(text), jobs.of(text), list(self._run(text))):
            if named:
                yield from named
                return
        for index in (position for position, character in enumerate(text) if character in ".:"):
            column = text[index + 1 :]
            for dataset in datasets.of(text[:index]):
                spelling = self.nameable(dataset).get(column_key(dataset.namespace, column))
                if spelling is not None:
                    yield ColumnId(dataset, spelling)


def node_id(node: Target) -> str:
    """A node's id as Marquez writes it."""
    return run_node(node) if isinstance(node, str) else str(node)


def own_nodes(node: Target) -> set[str]:
    """The ids under which gaps may have been recorded about a node: its own, and its dataset's."""
    return {node_id(node), *([str(node.dataset)] if isinstance(node, ColumnId) else ())}


def node_view(node: Target) -> NodeView:
    """A node as answers show it."""
    if isinstance(node, ColumnId):
        return NodeView(str(node), "column", node.dataset.namespace, node.dataset.name, node.column, 0)
    if isinstance(node, DatasetId):
        return NodeView(str(node), "dataset", node.namespace, node.name, None, 0)
    if isinstance(node, JobId):
        return NodeView(str(node), "job", node.namespace, node.name, None, 0)
    return NodeView(run_node(node), "run", "", node, None, 0)


class _Endings(Generic[N]):
    """Nodes by their name and by what it ends with after a dot or slash; an exact name beats endings. `fold` sets case aside."""

    def __init__(self, nodes: Iterable[N], *, fold: bool) -> None:
        self._case = str.casefold if fold else str
        self._nodes: list[tuple[str, N]] = [(self._case(node.name), node) for node in nodes]

    def of(self, text: str) -> list[N]:
        wanted = self._case(text)
        endings = tuple(mark + wanted for mark in "./")
        found = [(name, node) for name, node in self._nodes if name == wanted or name.endswith(endings)]
        exact = [node for name, node in found if name == wanted]
        return exact or [node for _, node in found]


def splits(text: str) -> Iterator[tuple[str, str]]:
    """Every way to part a text at a colon; namespaces and names may hold colons themselves."""
    for index, character in enumerate(text):
        if character == ":":
            yield text[:index], text[index + 1 :]


def _word(text: str) -> str:
    cleaned = "".join(character if character.isalnum() else " " for character in text).split()
    return cleaned[-1] if cleaned else "TEXT"
