"""A review comment: the worst first, never too long, and nothing in a name can break it."""

from __future__ import annotations

from headwater.cli.render.dbt_markdown import markdown
from headwater.model.dbt import ConsumerChange, DbtDiff, EdgeChange, MaskLost, ModelChange, NewPath, Unread


def diff(**parts: object) -> DbtDiff:
    empty = {"base": "b", "head": "h", "models": (), "consumers": (), "masks_lost": (), "new_paths": (), "unread": (), "unchanged": 3}
    return DbtDiff(**{**empty, **parts})  # type: ignore[arg-type]  # because parts are told by name


def changed(name: str, number: int) -> ModelChange:
    edges = tuple(EdgeChange(f"source.t.column_{index}", f"column_{index}", "IDENTITY") for index in range(number))
    return ModelChange(id=f"model.shop.{name}", change="changed", edges_added=edges)


def test_nothing_is_said_in_one_line() -> None:
    assert markdown(diff()) == "## What this change touches\n\nNothing: no column, no lineage and no logic is different.\n"


def test_masks_come_first_and_what_was_not_read_last() -> None:
    text = markdown(
        diff(
            models=(changed("a", 1),),
            masks_lost=(MaskLost("raw.t.email", "a", "email", "md5"),),
            new_paths=(NewPath("raw.t.email", "exposure.shop.x", "a.email", masked=False),),
            consumers=(ConsumerChange("exposure.shop.x", "affected", "Sales", ("a",)),),
            unread=(Unread("model.shop.z", "head", ("parse error at line 1, column 2",)),),
        )
    )
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "## What this change touches",
        "### :warning: Masks removed",
        "### :warning: New paths to consumers",
        "### Changed models",
        "### Consumers",
        "### Not read in full",
    ]
    assert "* `model.shop.z` (in head): parse error at line 1, column 2" in text


def test_a_long_list_ends_in_a_count() -> None:
    assert "  * and 30 more: see `--json`" in markdown(diff(models=(changed("a", 80),)))


def test_a_comment_is_never_longer_than_a_comment_may_be() -> None:
    many = tuple(changed(f"model_{number}", 60) for number in range(400))
    long = tuple(changed("x" * 30_000 + str(number), 1) for number in range(9))
    for models in (many, long):
        text = markdown(diff(models=models))
        assert len(text) <= 61_000
        assert "--json" in text and text.endswith("\n")


def test_names_cannot_leave_their_place() -> None:
    odd = "a`|<b>\n# x"
    text = markdown(diff(consumers=(ConsumerChange(odd, "added", owner="<img src=x> | *me* [a](b)", through=(odd,)),)))
    [row] = [line for line in text.splitlines() if "added" in line]
    assert row.count(" | ") == 2 and "<img" not in row.replace("\\<img", "") and "`|" not in row
    assert not any(line.startswith("# ") for line in text.splitlines())
