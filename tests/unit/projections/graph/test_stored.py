"""Saved views: they come back as they were, and a broken one is refused as a whole."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.model.errors import HeadwaterError
from headwater.projections.graph import BrokenFrame, ColumnGraph, Episodes
from headwater.projections.graph.frame import Array, read_frame, write_frame
from tests.unit.projections.graph.plain import Edge, add, edge_lists, graph_of, listed

SAVED = graph_of([(0, 1, 0, 0), (1, 2, 1, 1)]).rebuilt()
add(SAVED, [(2, 0, 2, 2)])


@given(edge_lists, edge_lists, edge_lists)
def test_a_saved_graph_comes_back_and_goes_on_growing(base: list[Edge], delta: list[Edge], later: list[Edge]) -> None:
    graph = graph_of(base).rebuilt()
    add(graph, delta)
    again = ColumnGraph.from_bytes(graph.to_bytes())
    assert (again.node_count, again.edge_count, again.delta_count) == (graph.node_count, graph.edge_count, graph.delta_count)
    add(graph, later)
    add(again, later)
    assert again.to_bytes() == graph.to_bytes()


def test_nodes_without_edges_come_back() -> None:
    graph = ColumnGraph()
    graph.add_nodes(5)
    assert ColumnGraph.from_bytes(graph.to_bytes()).node_count == 5


@given(st.data())
def test_any_altered_byte_is_refused(data: st.DataObject) -> None:
    raw = bytearray(SAVED.to_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BrokenFrame) as caught:
        ColumnGraph.from_bytes(bytes(raw))
    assert isinstance(caught.value, HeadwaterError)
    assert caught.value.next_step == "headwater rebuild"


@given(st.integers(0, len(SAVED.to_bytes()) - 1))
def test_any_cut_is_refused(length: int) -> None:
    with pytest.raises(BrokenFrame):
        ColumnGraph.from_bytes(SAVED.to_bytes()[:length])


def test_bytes_after_the_end_are_refused() -> None:
    with pytest.raises(BrokenFrame):
        ColumnGraph.from_bytes(SAVED.to_bytes() + b"\0")


def test_a_graph_is_not_taken_for_episodes_nor_the_other_way() -> None:
    with pytest.raises(BrokenFrame, match="version"):
        Episodes.from_bytes(SAVED.to_bytes())
    with pytest.raises(BrokenFrame, match="version"):
        ColumnGraph.from_bytes(Episodes().to_bytes())


def test_a_whole_frame_with_the_wrong_arrays_is_refused() -> None:
    with pytest.raises(BrokenFrame, match="directions"):
        ColumnGraph.from_bytes(write_frame(b"hwgraph1", [0, 0], []))
    with pytest.raises(BrokenFrame, match="columns"):
        Episodes.from_bytes(write_frame(b"hwepisd1", [], []))


def test_a_whole_frame_with_columns_of_unlike_lengths_is_refused() -> None:
    numbers, arrays = read_frame(b"hwgraph1", SAVED.to_bytes())
    for short in (1, 2, 3, 4, 5):
        uneven = [array[:-1] if place == short else array for place, array in enumerate(arrays)]
        with pytest.raises(BrokenFrame, match="one length"):
            ColumnGraph.from_bytes(write_frame(b"hwgraph1", numbers, uneven))


def test_a_header_that_promises_more_than_there_is_is_refused() -> None:
    promised = b"hwgraph1" + np.array([1, 0, 0, 1000], dtype="<i8").tobytes()
    with pytest.raises(BrokenFrame, match="header"):
        ColumnGraph.from_bytes(promised + sha256(promised).digest())


def test_a_frame_keeps_numbers_and_arrays_of_odd_lengths() -> None:
    arrays: list[Array] = [np.arange(3, dtype=np.int32), np.arange(5, dtype=np.uint8), np.empty(0, dtype=np.int64), np.array([-1, 2**62])]
    numbers, again = read_frame(b"any-view", write_frame(b"any-view", [7, -7], arrays))
    assert numbers == [7, -7]
    assert [array.tolist() for array in again] == [array.tolist() for array in arrays]
    assert [array.dtype for array in again] == [array.dtype for array in arrays]


def test_a_read_graph_answers_like_the_saved_one() -> None:
    again = ColumnGraph.from_bytes(SAVED.to_bytes())
    assert listed(again.edges_from([0, 1, 2])) == [(0, 1, 0, 0), (1, 2, 1, 1), (2, 0, 2, 2)]
    assert again.closure([2], forward=True).distance.tolist() == [1, 2, 0]
