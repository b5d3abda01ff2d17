"""Labels are a monotone fixpoint: kept up or worked out anew, by the map or naively, they are the same, and more never means weaker."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.model.entries import Position
from headwater.model.facts import Fact
from headwater.model.sensitivity.labels import Level, Transfer
from headwater.projections.lineage.kept import AsOf
from headwater.projections.lineage.nodes import Part
from headwater.projections.saved import capture, restore
from headwater.projections.sensitivity.transfers import composed, strongest
from headwater.projections.statements import Statements
from tests.laws.sensitivity import Story, carried, naive, statements, stories, tell, told

from hypothesis import Phase

PH = [Phase.explicit, Phase.generate]
EXAMPLES = settings(max_examples=1500, deadline=None, phases=PH)


@EXAMPLES
@given(stories)
def test_the_map_agrees_with_a_naive_worklist(story: Story) -> None:
    views = told(story)
    for confirmed in (False, True):
        assert carried(views, confirmed=confirmed) == naive(views, confirmed=confirmed)


@EXAMPLES
@given(stories)
def test_kept_up_entry_by_entry_it_is_as_worked_out_anew(story: Story) -> None:
    views = told([])
    for entry in story:
        tell(views, entry)
        for confirmed in (False, True):
            assert carried(views, confirmed=confirmed) == carried(views, fresh=True, confirmed=confirmed)


@EXAMPLES
@given(stories)
def test_replayed_it_is_as_it_was_live(story: Story) -> None:
    live = told([])
    for entry in story:
        tell(live, entry)
        live.sensitivity.now()
    replayed, _ = restore(capture(told(story), Statements(), "law"))
    assert carried(replayed) == carried(live)


@EXAMPLES
@given(stories, st.data())
def test_what_was_known_then_stays_as_it_was(story: Story, data: st.DataObject) -> None:
    until = data.draw(st.integers(0, len(story) - 1))
    then, views = carried(told(story[: until + 1])), told(story)
    known = carried(views, known_at=Position(until))
    assert {key: said for key, said in known.items() if views.derivations.nodes.born[key[0]] <= until} == then


@EXAMPLES
@given(stories, statements())
def test_another_edge_never_weakens_a_label(story: Story, more: list[Fact]) -> None:
    views = told(story)
    before, held = carried(views), views.derivations.episodes.alive().copy()
    decided = views.seeding.seeds(None, None)
    tell(views, more)
    if (held & ~views.derivations.episodes.alive()[: len(held)]).any() or views.seeding.seeds(None, None) != decided:
        return  # another reading of a statement, or an overwrite, takes edges away as well, and it may be that groups are no longer those
    after = carried(views)
    for key, (level, inferred) in before.items():
        assert after[key][0] >= level and after[key][1] >= inferred


@EXAMPLES
@given(stories)
def test_what_lies_behind_some_columns_says_all_of_them(story: Story) -> None:
    views = told(story)
    whole = views.sensitivity.at(AsOf())
    nodes = views.derivations.nodes.nodes
    for node in (node for node in range(len(nodes)) if nodes[node].part is not Part.HUB):
        part = views.sensitivity.at(AsOf(), [node])
        for confirmed in (False, True):
            held = part.types.labels(part.carried(confirmed=confirmed).fixpoint.held(node))
            assert held == whole.types.labels(whole.carried(confirmed=confirmed).fixpoint.held(node))


@pytest.mark.parametrize("guessable", [True, False])
def test_two_hops_leave_what_their_composition_leaves(guessable: bool) -> None:
    for first, second, level in product(Transfer, Transfer, Level):
        one_by_one = min(min(level, first.passes(guessable=guessable)), second.passes(guessable=guessable))
        assert min(level, composed(first, second).passes(guessable=guessable)) == one_by_one
        side_by_side = max(first.passes(guessable=guessable), second.passes(guessable=guessable))
        assert strongest((first, second)).passes(guessable=guessable) == side_by_side
