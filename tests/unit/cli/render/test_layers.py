from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from headwater.cli.render.layers import Joint, layered

NAMES = [f"n{number:02d}" for number in range(12)]
LINKS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=40)


@given(LINKS)
def test_every_link_runs_to_the_right_unless_it_is_turned(links: list[tuple[str, str]]) -> None:
    layering = layered(NAMES, links)
    for source, target in links:
        if source != target:
            rightward = layering.layer_of[source] < layering.layer_of[target]
            assert rightward != ((source, target) in layering.turned)


@given(LINKS)
def test_every_box_stands_in_one_place(links: list[tuple[str, str]]) -> None:
    layering = layered(NAMES, links)
    standing = [place for layer in layering.layers for place in layer if isinstance(place, str)]
    assert sorted(standing) == NAMES
    assert all(place in layering.layers[layering.layer_of[place]] for place in standing)


@given(LINKS)
def test_a_link_has_a_joint_in_every_layer_it_passes(links: list[tuple[str, str]]) -> None:
    layering = layered(NAMES, links)
    joints = {(place.link, place.layer) for layer in layering.layers for place in layer if isinstance(place, Joint)}
    for source, target in links:
        first, last = sorted((layering.layer_of[source], layering.layer_of[target]))
        link = (target, source) if (source, target) in layering.turned else (source, target)
        assert all((link, layer) in joints for layer in range(first + 1, last))


@given(LINKS)
def test_the_order_links_are_given_in_changes_nothing(links: list[tuple[str, str]]) -> None:
    assert layered(NAMES, links) == layered(NAMES, reversed(links))


def test_without_cycles_nothing_is_turned() -> None:
    assert layered(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c")]).turned == frozenset()


def test_two_crossing_links_are_uncrossed() -> None:
    layering = layered(["a", "b", "x", "y"], [("a", "y"), ("b", "x")])
    left, right = layering.layers
    assert [left.index("a") < left.index("b")] == [right.index("y") < right.index("x")]


def test_a_source_stands_next_to_what_it_leads_to() -> None:
    layering = layered(["a", "b", "c", "late"], [("a", "b"), ("b", "c"), ("late", "c")])
    assert layering.layer_of["late"] == layering.layer_of["c"] - 1


def test_a_chain_of_ten_thousand_is_layered() -> None:
    names = [str(number) for number in range(10_000)]
    assert max(layered(names, pairwise(names)).layer_of.values()) == 9_999
