"""From what a person types to a node: a full node id, or any unique ending of a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from headwater.answers.sight import Sight
from headwater.model.answers import NodeView
from headwater.model.errors import AmbiguousNode, UnknownNode
from headwater.model.ids import ColumnId, DatasetId, JobId, RunId, run_node
from headwater.model.naming import column_key
from headwater.projections.views import Views

Target = DatasetId | ColumnId | JobId | RunId
N = TypeVar("N", DatasetId, JobId)
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Resolver:
    """Finds nodes among what the asker may see."""

    views: Views
    sight: Sight

    def resolve(self, text: str) -> Target:
        """The node that a text means.

        Raises:  UnknownNode, AmbiguousNode.
        """
        scheme, separator, rest = text.partition(":")
        exact = self._exact(scheme) if separator else None
        named: Iterator[Target] = exact(rest) if exact is not None else self._short(text)
        found: list[Target] = sorted(set(named), key=node_id)
        if not found:
            raise UnknownNode(
                f"cannot find `{text}`: expected a dataset, column, job or run you may see",
                next_step=f"headwater catalog search {_word(text)}",
            )
        if len(found) > 1:
            names = ", ".join(f"`{node_id(node)}`" for node in found[:_SHOWN])
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise AmbiguousNode(
                f"cannot tell which node `{text}` means: expected a unique name, got {len(found)}: {names}{more}",
                next_step="name one of them in full",
            )
        return found[0]

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
        words = record.schemas.words if record is not None else ()
        found = {column_key(dataset.namespace, column.name): column.name for word in words for column in word.value.columns}
        derivations = self.views.derivations
        for incarnation in derivations.incarnations.history(dataset):
            number = derivations.nodes.incarnation_numbers.get(incarnation)
            if number is not None:
                for key, spelling in derivations.nodes.columns[number].items():
                    found.setdefault(key, spelling)
        return found

    def _dataset(self, rest: str) -> Iterator[DatasetId]:
        for namespace, name in _splits(rest):
            dataset = DatasetId(namespace, name)
            if dataset in self.views.catalog.datasets and self.sight.sees(namespace):
                yield dataset

    def _job(self, rest: str) -> Iterator[JobId]:
        for namespace, name in _splits(rest):
            job = JobId(namespace, name)
            if job in self.views.catalog.jobs and self.sight.sees(namespace):
                yield job

    def _run(self, rest: str) -> Iterator[RunId]:
        if any(self.sight.sees(record.job.namespace) for record in self.views.catalog.runs_called(RunId(rest))):
            yield RunId(rest)

    def _column(self, rest: str) -> Iterator[ColumnId]:
        for head, column in _splits(rest):
            for dataset in self._dataset(head):
                spelling = self.columns_of(dataset).get(column_key(dataset.namespace, column))
                if spelling is not None:
                    yield ColumnId(dataset, spelling)

    def _short(self, text: str) -> Iterator[Target]:
        catalog = self.views.catalog
        named: list[Target] = [
            *_ending(text, (dataset for dataset in catalog.datasets if self.sight.sees(dataset.namespace))),
            *_ending(text, (job for job in catalog.jobs if self.sight.sees(job.namespace))),
        ]
        if RunId(text) in catalog.run_jobs:
            named.extend(self._run(text))
        if named:
            yield from named
            return
        for index in (position for position, character in enumerate(text) if character in ".:"):
            head, column = text[:index], text[index + 1 :]
            for dataset in _ending(head, (known for known in catalog.datasets if self.sight.sees(known.namespace))):
                spelling = self.columns_of(dataset).get(column_key(dataset.namespace, column))
                if spelling is not None:
                    yield ColumnId(dataset, spelling)


def node_id(node: Target) -> str:
    """A node's id as Marquez writes it."""
    return run_node(node) if isinstance(node, str) else str(node)


def node_view(node: Target) -> NodeView:
    """A node as answers show it."""
    if isinstance(node, ColumnId):
        return NodeView(str(node), "column", node.dataset.namespace, node.dataset.name, node.column, 0)
    if isinstance(node, DatasetId):
        return NodeView(str(node), "dataset", node.namespace, node.name, None, 0)
    if isinstance(node, JobId):
        return NodeView(str(node), "job", node.namespace, node.name, None, 0)
    return NodeView(run_node(node), "run", "", node, None, 0)


def _ending(text: str, nodes: Iterable[N]) -> list[N]:
    """Nodes whose name is the text or ends with it after a dot or slash; an exact name beats endings."""
    endings = tuple(mark + text for mark in "./")
    found = [node for node in nodes if node.name == text or node.name.endswith(endings)]
    exact = [node for node in found if node.name == text]
    return exact or found


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Every way to part a text at a colon; namespaces and names may hold colons themselves."""
    for index, character in enumerate(text):
        if character == ":":
            yield text[:index], text[index + 1 :]


def _word(text: str) -> str:
    cleaned = "".join(character if character.isalnum() else " " for character in text).split()
    return cleaned[-1] if cleaned else "TEXT"
