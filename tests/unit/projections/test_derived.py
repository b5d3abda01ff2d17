from __future__ import annotations

from headwater.model.lineage import Statement
from headwater.model.times import Instant
from headwater.projections.derived import Columns, Derived, speaker
from headwater.projections.lineage.incarnations import Incarnations
from tests.unit.telling import dataset

T, NEW = dataset("t"), dataset("new")
MAKER = speaker("r1", Statement("create t"))


class Told:
    """Words about the columns of tables."""

    def __init__(self) -> None:
        self.derived, self.incarnations = Derived(), Incarnations()

    def say(self, at: int, columns: Columns | None, who: str = MAKER) -> int | None:
        return self.derived.say(T, (Instant(at), who), columns, self.incarnations)

    def at(self, moment: int, name: str = "t") -> Columns | None:
        return self.derived.at(dataset(name), Instant(moment), self.incarnations)


def test_a_word_counts_after_its_moment_until_the_next() -> None:
    told = Told()
    assert (told.say(10, ("a",)), told.say(20, ("b",), "other")) == (10, 20)
    assert [told.at(moment) for moment in (5, 10, 11, 20, 21)] == [None, None, ("a",), ("a",), ("b",)]


def test_a_word_that_says_the_same_again_makes_no_difference() -> None:
    told = Told()
    told.say(10, ("a",))
    assert told.say(20, ("a",), speaker("r2", Statement("create t"))) is None
    assert told.derived.unsay(T, (Instant(20), speaker("r2", Statement("create t"))), told.incarnations) is None


def test_two_words_at_one_moment_count_only_where_they_agree() -> None:
    told = Told()
    told.say(10, ("a",))
    assert told.say(10, ("a",), speaker("r2", Statement("create t"))) is None
    assert told.say(10, ("b",), speaker("r3", Statement("create t"))) == 10
    assert told.at(11) is None


def test_a_change_ends_what_was_known_unless_its_run_told_what_it_did() -> None:
    told = Told()
    told.say(10, ("a",))
    assert told.say(20, None, "r1") is None
    assert told.at(21) == ("a",)
    assert told.say(30, None, "r2") == 30
    assert told.at(31) is None
    assert told.say(5, ("b",), speaker("r2", Statement("create t"))) == 5
    assert (told.at(6), told.at(31)) == (("b",), ("a",))


def test_a_word_taken_back_leaves_what_was_before() -> None:
    told = Told()
    told.say(10, ("a",))
    told.say(20, ("b",), speaker("r2", Statement("create t")))
    assert told.derived.unsay(T, (Instant(20), speaker("r2", Statement("create t"))), told.incarnations) == 20
    assert told.at(21) == ("a",)
    assert told.derived.unsay(NEW, (Instant(20), MAKER), told.incarnations) is None


def test_a_dropped_table_is_another_and_a_renamed_one_is_not() -> None:
    told = Told()
    told.say(10, ("a",))
    told.incarnations.rename(T, NEW, Instant(20))
    assert (told.at(19), told.at(21), told.at(21, "new"), told.at(19, "new")) == (("a",), None, ("a",), None)
    told.incarnations.drop(NEW, Instant(30))
    assert (told.at(29, "new"), told.at(31, "new")) == (("a",), None)
