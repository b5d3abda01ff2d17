from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from headwater.cli.render.branches import steps_of
from headwater.cli.render.tree import label_of, render_lineage
from headwater.model.answers import Answer, Lineage, NodeView
from tests.unit.cli.render.telling import answered, column, dataset, derivation

TABLES = [dataset(f"t{number}") for number in range(4)]
COLUMNS = [column(table.name, f"{table.name}c{number}") for table in TABLES for number in range(2)]
NODES = [*TABLES, *COLUMNS]
KINDS = ["IDENTITY", "FILTER", "UNKNOWN", "ALIAS"]
Edge = tuple[NodeView, NodeView, str, int]
EDGE = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.sampled_from(KINDS), st.just(1))
EDGES = st.lists(EDGE.filter(lambda edge: edge[2] != "ALIAS" or edge[0].type == edge[1].type), max_size=16)


def walked(edges: Sequence[Edge], root: NodeView, *, upward: bool) -> set[tuple[str, str, str]]:
    """Every edge on a way from the root: a place is a column, a dataset's rows, a whole dataset, or one that goes on unread."""
    found: set[tuple[str, str, str]] = set()
    waiting, met = [(root, "whole")], set()
    while waiting:
        node, meant = waiting.pop()
        if (node.id, meant) in met:
            continue
        met.add((node.id, meant))
        for source, target, kind, _ in edges:
            here, there = (target, source) if upward else (source, target)
            if not leads_on(node, meant, here, kind, upward=upward):
                continue
            found.add((source.id, target.id, kind))
            waiting.append((there, "column" if there.column is not None else meant_of(node, meant, here, kind, upward=upward)))
    return found


def leads_on(node: NodeView, meant: str, here: NodeView, kind: str, *, upward: bool) -> bool:
    """Whether an edge at `here` belongs to a node as it was reached."""
    unread = kind in ("UNKNOWN", "ALIAS")
    if here.id == node.id:
        return meant != "unread" or unread
    if (here.namespace, here.name) != (node.namespace, node.name):
        return False
    return (here.column is None and (upward or unread)) if node.column is not None else meant == "whole"


def meant_of(node: NodeView, meant: str, here: NodeView, kind: str, *, upward: bool) -> str:
    """How much of a dataset is meant that an edge leads to."""
    through_column = node.column is not None and here.column is None
    if upward:
        return "whole" if kind in ("UNKNOWN", "READ") or (kind == "ALIAS" and meant == "whole" and node.column is None) else "rows"
    return "unread" if kind == "ALIAS" and (through_column or meant == "unread") else "whole"


def answer_of(edges: Sequence[Edge], root: NodeView, direction: str) -> Answer[Lineage]:
    """What an answer holds: every edge on a way, and its ends."""
    told = walked(edges, root, upward=direction == "up")
    kept = sorted({edge for edge in edges if (edge[0].id, edge[1].id, edge[2]) in told}, key=lambda edge: (edge[0].id, edge[1].id, edge[2]))
    ends = {node.id: node for edge in kept for node in edge[:2] if node.id != root.id}
    return answered(root, list(ends.values()), kept, [derivation(1, "build")], direction=direction)


def text_of(answer: Answer[Lineage]) -> str:
    written = StringIO()
    render_lineage(answer, Console(file=written, width=200, highlight=False, markup=False, emoji=False, color_system=None))
    return written.getvalue()


@given(EDGES, st.sampled_from(NODES), st.sampled_from(["up", "down"]))
def test_every_node_of_an_answer_stands_in_its_tree(edges: list[Edge], root: NodeView, direction: str) -> None:
    answer = answer_of(edges, root, direction)
    steps = list(steps_of(answer.result, upward=direction == "up"))
    told = {(step.node.namespace, step.node.name) for step in steps if step.node.column is not None}
    named = {
        node.id
        for node in answer.result.nodes
        if node.column is None and (node.namespace, node.name) in {*told, (root.namespace, root.name)}
    }
    flows = {end for edge in answer.result.edges if edge.kind != "ALIAS" for end in (edge.source, edge.target)}
    needed = {node.id for node in answer.result.nodes if node.id in flows or node.id not in named}
    assert needed <= {step.node.id for step in steps}
    assert "also on these paths" not in text_of(answer)


@given(
    EDGES, st.lists(st.sampled_from(NODES), unique_by=lambda node: node.id), st.sampled_from(NODES), st.sampled_from(["up", "down", "both"])
)
def test_nodes_that_nothing_shown_leads_to_are_listed_too(edges: list[Edge], nodes: list[NodeView], root: NodeView, direction: str) -> None:
    nodes = [node for node in nodes if node.id != root.id]
    text = text_of(answered(root, nodes, edges, direction=direction))
    assert all(label_of(node) in text for node in nodes)
    if nodes and direction != "both":
        assert "nothing that was seen" not in text


@given(EDGES, st.sampled_from(NODES), st.booleans())
def test_each_face_of_a_node_is_followed_once(edges: list[Edge], root: NodeView, upward: bool) -> None:
    answer = answer_of(edges, root, "up" if upward else "down")
    assert len(list(steps_of(answer.result, upward=upward))) <= 2 * (len(edges) + len(NODES)) + len(edges)


def test_behind_a_whole_dataset_its_columns_are_followed_up() -> None:
    archive, orders, status, landed = dataset("archive"), dataset("orders"), column("orders", "status"), column("landing", "state")
    edges = [(orders, archive, "UNKNOWN", 1), (landed, status, "IDENTITY", 2)]
    lines = text_of(answered(archive, [orders, status, landed], edges)).splitlines()
    assert [line.split("  ")[0].lstrip("│ ") for line in lines[1:2]] == ["└─ orders"]
    assert [line.strip().split("  ")[0] for line in lines[2:4]] == ["└─ orders.status", "└─ landing.state"]


def test_a_part_of_a_dataset_does_not_say_its_namespace_again() -> None:
    far, amount, source = dataset("orders", "s3://far"), column("orders", "amount", "s3://far"), column("landing", "x")
    edges = [(far, dataset("archive"), "UNKNOWN", 1), (source, amount, "IDENTITY", 1)]
    text = text_of(answered(dataset("archive"), [far, amount, source], edges))
    assert text.count("s3://far") == 1 and "└─ orders  every column  s3://far" in text


def test_two_names_of_one_dataset_are_said_to_be_the_same() -> None:
    new, old, source = dataset("new"), dataset("old"), dataset("source")
    edges = [(old, new, "ALIAS", -1), (new, old, "ALIAS", -1), (source, old, "IDENTITY", 1)]
    lines = text_of(answered(new, [old, source], edges, [derivation(1, "copy")])).splitlines()
    assert [line.split() for line in lines[1:4]] == [
        ["└─", "old", "same", "dataset", "as"],
        ["└─", "source", "identity", "copy", "parsed"],
        [],
    ]


def test_the_rows_of_a_dataset_under_another_name_are_no_more_than_its_rows() -> None:
    total, rows, old = column("report", "n"), dataset("orders"), dataset("orders_v1")
    amount, landed, kept = column("orders_v1", "amount"), column("landing", "x"), column("landing", "keep")
    edges = [(rows, total, "AGGREGATION", 1), (old, rows, "ALIAS", -1), (landed, amount, "IDENTITY", 1), (kept, old, "FILTER", 1)]
    steps = steps_of(answered(total, [rows, old, amount, landed, kept], edges).result, upward=True)
    assert [step.node.id for step in steps] == [rows.id, old.id, kept.id]


def test_behind_the_rows_of_a_dataset_only_what_decides_them_is_followed_up() -> None:
    count, orders, status, landed = column("report", "n"), dataset("orders"), column("orders", "status"), column("landing", "state")
    edges = [(orders, count, "AGGREGATION", 1), (landed, status, "IDENTITY", 2)]
    assert "landing.state" not in text_of(answered(count, [orders], edges[:1]))
    assert [step.node.id for step in steps_of(answered(count, [orders, status, landed], edges).result, upward=True)] == [orders.id]


def test_a_column_goes_where_its_whole_dataset_goes() -> None:
    status, orders, archive = column("orders", "status"), dataset("orders"), dataset("archive")
    answer = answered(status, [orders, archive], [(orders, archive, "UNKNOWN", 1)], direction="down")
    lines = text_of(answer).splitlines()
    assert lines[0] == "orders.status  goes to" and [line.split("  ")[0].strip() for line in lines[1:2]] == ["└─ orders"]
    assert lines[2].strip().startswith("└─ archive  every row  unknown, any way")
