"""Settings come from the file, then the environment, then flags, and nothing unknown passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.app.config import find_surface, load_config
from headwater.model.errors import ConfigFault


def test_flags_override_the_environment_which_overrides_the_file(tmp_path: Path) -> None:
    (tmp_path / "headwater.toml").write_text("port = 1111\nhost = 'localhost'\nmax_ratio = 7\n")
    config = load_config(tmp_path, {"port": 3333, "host": None}, {"HEADWATER_PORT": "2222", "HEADWATER_HOST": "::1"})
    assert (config.port, config.host, config.max_ratio) == (3333, "::1", 7)


def test_environment_text_becomes_the_setting_s_type(tmp_path: Path) -> None:
    config = load_config(tmp_path, environ={"HEADWATER_SEAL": "false", "HEADWATER_WAIT_SECONDS": "1.5"})
    assert config.seal is False
    assert config.wait_seconds == 1.5


def test_an_unknown_key_in_the_file_names_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "headwater.toml").write_text("prot = 1\n")
    with pytest.raises(ConfigFault) as caught:
        load_config(tmp_path, environ={})
    assert "`prot`" in caught.value.problem
    assert caught.value.next_step == "did you mean port?"


def test_an_unknown_variable_names_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault) as caught:
        load_config(tmp_path, environ={"HEADWATER_MAX_BODY_BYTE": "1"})
    assert caught.value.next_step == "did you mean HEADWATER_MAX_BODY_BYTES?"


@pytest.mark.parametrize(
    ("variable", "value"), [("HEADWATER_PORT", "many"), ("HEADWATER_PORT", "70000"), ("HEADWATER_COMMIT_ENTRIES", "257")]
)
def test_a_value_of_the_wrong_type_or_range_is_refused_by_name(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(ConfigFault) as caught:
        load_config(tmp_path, environ={variable: value})
    assert variable.removeprefix("HEADWATER_").lower() in caught.value.problem
    assert value not in caught.value.problem


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "headwater.toml").write_text("port 1")
    with pytest.raises(ConfigFault, match="cannot read settings file"):
        load_config(tmp_path, environ={})


def test_where_to_look_is_no_setting_of_a_home(tmp_path: Path) -> None:
    environ = {"HEADWATER_HOME": "/somewhere", "HEADWATER_API_KEY": "hw_x"}
    surface = find_surface({"url": "http://h"}, environ)
    assert (surface.home, surface.url, surface.api_key) == ("/somewhere", "http://h", "hw_x")
    assert load_config(tmp_path, environ=environ) == load_config(tmp_path, environ={})
