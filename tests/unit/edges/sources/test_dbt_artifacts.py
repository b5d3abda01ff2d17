"""Target folders and profiles as they lie on disk, and what is said of those that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.capture.dbt.artifacts import BadArtifact
from headwater.edges.sources import dbt_artifacts
from headwater.edges.sources.dbt_artifacts import Hints, fetch_artifacts, fetch_last_batch, fetch_profile

PROFILES = """
config: {send_anonymous_usage_stats: false}
shop:
  target: "{{ env_var('TARGET', 'dev') }}"
  outputs:
    dev: {type: duckdb, path: shop.duckdb}
    prod:
      type: postgres
      host: "{{ env_var('PG_HOST') }}"
      port: "{{ env_var('PG_PORT', '6543') | int }}"
      password: "{{ env_var('PG_PASSWORD') }}"
      dbname: "{{ var('x') }}"
"""


def project(place: Path, profiles: str = PROFILES) -> Path:
    """A project's target folder, with a profile beside."""
    target = place / "shop" / "target"
    target.mkdir(parents=True)
    (place / "shop" / "dbt_project.yml").write_text("name: shop\nprofile: shop\n")
    (place / "shop" / "profiles.yml").write_text(profiles)
    (target / "manifest.json").write_text("{}")
    return target


def refusal(place: Path) -> BadArtifact:
    with pytest.raises(BadArtifact) as caught:
        fetch_artifacts(place)
    return caught.value


def test_files_that_are_not_there_are_none(tmp_path: Path) -> None:
    found = fetch_artifacts(project(tmp_path))
    assert (found.manifest, found.catalog, found.run_results) == (b"{}", None, None)


def test_the_projects_folder_will_do(tmp_path: Path) -> None:
    assert fetch_artifacts(project(tmp_path).parent).folder.name == "target"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone").problem == f"cannot read dbt artefacts `{tmp_path / 'gone'}`: expected a folder, got nothing"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    assert "expected a folder, got a file" in refusal(tmp_path / "manifest.json").problem


def test_a_folder_without_a_manifest_says_what_to_run(tmp_path: Path) -> None:
    fault = refusal(tmp_path)
    assert "expected `manifest.json` in it, got none" in fault.problem
    assert "dbt compile" in fault.next_step


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_artifacts, "MAX_BYTES", 1)
    assert "expected at most 1 bytes, got 2" in refusal(project(tmp_path)).problem


def test_a_manifest_that_is_a_folder_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    assert refusal(tmp_path).problem == f"cannot read `{tmp_path / 'manifest.json'}`: is a directory"


def profile(target: Path, *, named: str | None = None, profiles_dir: Path | None = None, **environ: str) -> dict[str, object] | None:
    return asked(target, Hints(profiles_dir=profiles_dir, target=named), **environ)


def asked(target: Path, hints: Hints, **environ: str) -> dict[str, object] | None:
    return fetch_profile(target, hints, environ=environ, home=target.parent.parent / "home")


def test_how_dbt_was_called_says_which_profile_and_target_it_used(tmp_path: Path) -> None:
    target = project(tmp_path)
    assert asked(target, Hints(called_target="prod"), PG_HOST="db") == {"type": "postgres", "host": "db", "port": "6543"}
    assert asked(target, Hints(called_target="gone")) is None
    elsewhere = target.parent.rename(tmp_path / "carried")
    (elsewhere / "profiles.yml").rename(tmp_path / "profiles.yml")
    assert asked(elsewhere / "target", Hints(called_profiles_dir=tmp_path)) == {"type": "duckdb", "path": "shop.duckdb"}
    (elsewhere / "dbt_project.yml").unlink()
    assert asked(elsewhere / "target", Hints(called_profiles_dir=tmp_path, called_profile="shop")) is not None


def test_the_profile_beside_the_project_tells_where_the_data_is(tmp_path: Path) -> None:
    assert profile(project(tmp_path)) == {"type": "duckdb", "path": "shop.duckdb"}


def test_variables_are_filled_in_and_what_is_another_template_is_left_out(tmp_path: Path) -> None:
    told = profile(project(tmp_path), TARGET="prod", PG_HOST="db")
    assert told == {"type": "postgres", "host": "db", "port": "6543"}
    assert profile(tmp_path / "shop" / "target", named="prod", PG_PORT="1") == {"type": "postgres", "port": "1"}


def test_a_target_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match="expected one of `dev`, `prod`"):
        profile(project(tmp_path), named="staging")


def test_profiles_are_looked_for_where_dbt_looks(tmp_path: Path) -> None:
    target = project(tmp_path)
    (target.parent / "profiles.yml").unlink()
    assert profile(target) is None
    (tmp_path / "home" / ".dbt").mkdir(parents=True)
    (tmp_path / "home" / ".dbt" / "profiles.yml").write_text(PROFILES.replace("shop.duckdb", "home.duckdb"))
    assert profile(target) == {"type": "duckdb", "path": "home.duckdb"}
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "profiles.yml").write_text(PROFILES.replace("shop.duckdb", "other.duckdb"))
    assert profile(target, DBT_PROFILES_DIR=str(tmp_path / "other")) == {"type": "duckdb", "path": "other.duckdb"}


def test_a_folder_that_was_given_must_hold_the_profile(tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match="expected one called `shop`"):
        profile(project(tmp_path), profiles_dir=tmp_path)


def test_a_profile_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match="expected YAML"):
        profile(project(tmp_path, "a: [1, 2\nb: }"))


@pytest.mark.parametrize(
    "profiles", ["", "- 1", "shop: 7", "shop: {}", "shop: {outputs: 3}", "shop: {target: x, outputs: {}}", "other: {}"]
)
def test_a_profile_that_tells_nothing_is_none(tmp_path: Path, profiles: str) -> None:
    assert profile(project(tmp_path, profiles)) is None


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").symlink_to("/dev/zero")
    with pytest.raises(BadArtifact, match="expected a file"):
        fetch_artifacts(tmp_path)


def test_the_last_batch_of_a_model_is_found_and_nothing_outside_of_the_folder(tmp_path: Path) -> None:
    batches = tmp_path / "target" / "compiled" / "shop" / "models" / "daily"
    batches.mkdir(parents=True)
    for day in (1, 2):
        (batches / f"daily_2026-01-0{day}.sql").write_text(f"select {day}")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.sql").write_text("select 3")
    assert fetch_last_batch(tmp_path / "target", "shop", "models/daily.sql") == "select 2"
    assert fetch_last_batch(tmp_path / "target", "..", "../../secret.sql") is None
    assert fetch_last_batch(tmp_path / "target", "shop", "models/other.sql") is None
