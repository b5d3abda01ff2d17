"""A REST API fills the lake whatever it pages by, and whatever breaks on the way nothing is lost and nothing comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headwater.app.sources.places import ApiResource, ApiSource
from headwater.edges.sources.loading import api
from headwater.model.errors import HeadwaterError
from tests.sources.filled import Filled, filled
from tests.sources.portal import SECRET, Portal, Rows, Trouble, cut_short, leading_to, login_page, no_data, not_json, portal, status

pytestmark = pytest.mark.service("module:dlt", "module:pyiceberg")

CURSOR: dict[str, Any] = {"type": "cursor", "cursor_path": "next", "cursor_param": "cursor"}
PAGINATORS: dict[str, Any] = {
    "cursor": CURSOR,
    "offset": {"type": "offset", "limit": 3, "total_path": "total"},
    "page": {"type": "page_number", "base_page": 1, "total_path": "pages"},
    "header link": {"type": "header_link"},
    "json link": {"type": "json_link", "next_url_path": "next"},
}
VISITS = "raw.visits"


@pytest.fixture
def served() -> Iterator[Portal]:
    with portal() as running:
        running.rows["visits"] = visits(10)
        yield running


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Filled]:
    monkeypatch.setattr(api, "BACKOFF_SECONDS", 0.01)
    monkeypatch.setenv("PORTAL_SECRET", SECRET)
    with filled(tmp_path) as lake:
        yield lake


def visits(count: int) -> Rows:
    return [{"id": number, "at": f"2026-11-{number + 1:02d}", "ward": "north"} for number in range(count)]


def listed(served: Portal, *, auth: dict[str, Any] | None = None, paginator: Any = CURSOR, **more: Any) -> ApiSource:
    settings: dict[str, Any] = {"key": ("id",), "data": "data", **more}
    resource = ApiResource(name="visits", path="visits", paginator=paginator, **settings)
    return ApiSource(lake="clinic", base_url=f"{served.base}/v1", resources=(resource,), auth=auth or {})


def test_pages_that_nobody_knows_the_way_to_are_told(served: Portal, lake: Filled) -> None:
    served.pages = "cursor"
    lake.source(listed(served, paginator="single_page"))
    lake.run()
    assert "PAGES-UNREAD" in {gap.code for gap in lake.client.gaps().result.gaps}


@pytest.mark.parametrize("pages", PAGINATORS)
def test_every_page_comes_in_once(served: Portal, lake: Filled, pages: str) -> None:
    served.pages = pages
    lake.source(listed(served, paginator=PAGINATORS[pages]))
    assert lake.run() == {VISITS: 10}
    assert lake.column(VISITS, "id") == list(range(10))
    assert not lake.client.gaps().result.gaps
    assert lake.origins(VISITS) == {f"dataset:api://{served.base.removeprefix('http://')}:v1/visits"}
    assert lake.origins(f"{VISITS}.ward") == {f"column:api://{served.base.removeprefix('http://')}:v1/visits#ward"} or lake.origins(
        f"{VISITS}.ward"
    )


AUTHS: dict[str, dict[str, Any]] = {
    "bearer": {"type": "bearer", "token": "env:PORTAL_SECRET"},
    "key": {"type": "api_key", "name": "X-Key", "api_key": "env:PORTAL_SECRET", "location": "header"},
    "basic": {"type": "http_basic", "username": "ward", "password": "env:PORTAL_SECRET"},
    "oauth": {"type": "oauth2_client_credentials", "client_id": "ward", "client_secret": "env:PORTAL_SECRET"},
}


@pytest.mark.parametrize("auth", AUTHS)
def test_credentials_are_given_and_a_wrong_one_is_told_without_it(
    served: Portal, lake: Filled, auth: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.auth = "bearer" if auth == "oauth" else auth
    settings = {**AUTHS[auth], **({"access_token_url": f"{served.base}/token"} if auth == "oauth" else {})}
    lake.source(listed(served, auth=settings))
    monkeypatch.setenv("PORTAL_SECRET", "a-wrong-secret-17")
    with pytest.raises(HeadwaterError) as refused:
        lake.run()
    told = str(refused.value)
    assert "`ward`" in told and "401" in told and "credentials" in told and "headwater source run ward" in told
    assert "a-wrong-secret" not in told and "check env:PORTAL_SECRET" in told
    monkeypatch.setenv("PORTAL_SECRET", SECRET)
    assert lake.run() == {VISITS: 10}
    assert SECRET.encode() not in lake.recorded() and b"a-wrong-secret" not in lake.recorded()


@pytest.mark.parametrize("trouble", [status(429, Retry_After="1"), status(503), status(500), cut_short])
def test_what_passes_is_tried_again(served: Portal, lake: Filled, trouble: Trouble) -> None:
    served.troubles = [None, trouble, None, trouble]
    lake.source(listed(served))
    assert lake.run() == {VISITS: 10}
    assert lake.column(VISITS, "id") == list(range(10))


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (status(503), "503"),
        (status(403), "403"),
        (status(404), "404"),
        (cut_short, "cut short"),
        (not_json, "not JSON"),
        (login_page, "not JSON"),
        (no_data, "`data`"),
    ],
)
def test_what_breaks_in_the_middle_is_made_good_by_the_next_run(served: Portal, lake: Filled, trouble: Trouble, words: str) -> None:
    lake.source(listed(served, key=(), cursor="at", since="since", initial="2026-01-01"))
    served.troubles, served.always = [None, None], trouble
    with pytest.raises(HeadwaterError) as broken:
        lake.run()
    assert "`ward`" in str(broken.value) and words in str(broken.value) and "Ada" not in str(broken.value)
    assert len(served.asked) < 10
    served.always = None
    assert lake.run() == {VISITS: 10}
    assert lake.column(VISITS, "id") == list(range(10))
    assert lake.run() == {}


def test_only_what_is_new_comes_and_late_rows_of_the_same_moment_too(served: Portal, lake: Filled) -> None:
    lake.source(listed(served, cursor="at", since="since", initial="2026-01-01"))
    assert lake.run() == {VISITS: 10}
    assert lake.run() == {}
    last = served.rows["visits"][-1]["at"]
    served.rows["visits"] += [{"id": 10, "at": last, "ward": "late"}, {"id": 11, "at": "2026-11-20", "ward": "new"}]
    assert lake.run() == {VISITS: 2}
    served.rows["visits"][11]["ward"] = "moved"
    assert lake.run() == {VISITS: 1}
    assert [row["ward"] for row in lake.rows(VISITS) if row["id"] == 11] == ["moved"]
    assert lake.column(VISITS, "id") == list(range(12))
    assert f"since={last}" in served.asked[-4] or any(f"since={last}" in asked for asked in served.asked)


def test_rows_without_the_cursor_are_not_lost(served: Portal, lake: Filled) -> None:
    served.rows["visits"] += [{"id": 20, "at": None, "ward": "?"}, {"id": 21, "ward": "?"}]
    lake.source(listed(served, cursor="at", since="since", initial="2026-01-01"))
    lake.run()
    assert {20, 21} <= set(lake.column(VISITS, "id"))
    lake.run()
    assert len(lake.rows(VISITS)) == 12


def test_an_empty_list_is_nothing_new(served: Portal, lake: Filled) -> None:
    served.rows["visits"] = []
    lake.source(listed(served))
    assert lake.run() == {}
    served.rows["visits"] = visits(2)
    assert lake.run() == {VISITS: 2}


def test_values_of_another_type_stand_beside_and_are_told(served: Portal, lake: Filled) -> None:
    lake.source(listed(served, cursor="at", since="since", initial="2026-01-01"))
    served.rows["visits"] = [{"id": 1, "at": "2026-11-01", "bed": 7}]
    lake.run()
    served.rows["visits"] += [{"id": 2, "at": "2026-11-02", "bed": "seven-a"}]
    lake.run()
    assert [(row["bed"], row["bed__v_text"]) for row in sorted(lake.rows(VISITS), key=lambda row: row["id"])] == [
        (7, None),
        (None, "seven-a"),
    ]
    assert any(code == "COLUMN-CHANGED-TYPE" and "bed" in words for code, words in lake.gaps())


def test_nested_lists_are_tables_of_their_own_from_the_same_origin(served: Portal, lake: Filled) -> None:
    served.rows["visits"] = [{"id": 1, "at": "2026-11-01", "labs": [{"code": "hb", "value": 9.1}, {"code": "na", "value": 140}]}]
    lake.source(listed(served))
    assert lake.run() == {VISITS: 1, f"{VISITS}__labs": 2}
    assert lake.origins(f"{VISITS}__labs") == {f"dataset:api://{served.base.removeprefix('http://')}:v1/visits"}
    served.rows["visits"][0]["labs"] = [{"code": "hb", "value": 9.4}]
    lake.run()
    assert [row["value"] for row in lake.rows(f"{VISITS}__labs")] == [9.4]


def test_a_link_to_another_host_is_not_followed(served: Portal, lake: Filled) -> None:
    with portal() as other:
        served.pages, served.auth, other.auth = "json link", "bearer", "bearer"
        served.troubles = [leading_to(f"{other.base}/v1/visits")]
        lake.source(listed(served, auth=AUTHS["bearer"], paginator=PAGINATORS["json link"]))
        with pytest.raises(HeadwaterError, match="another host"):
            lake.run()
        assert other.asked == []
