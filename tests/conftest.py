"""What holds for every test: no settings leak in from outside, hypothesis is bounded, missing components are told plainly.

A test that needs a program or a Python package beyond the package's own says so: `@pytest.mark.service("go", "module:openlineage")`.
On a user's machine it is skipped with the reason; where `CI` is set a missing component is a failure, so nothing is skipped unseen.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from shutil import which

import pytest
from hypothesis import HealthCheck, settings

KEPT_SETTINGS = frozenset({"UPDATE_GOLDEN"})
ON_BUILD_MACHINE = bool(os.environ.get("CI"))

settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("local", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])


def pytest_configure() -> None:
    """Choose the hypothesis profile and forget settings of the shell that would change what tests see."""
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if ON_BUILD_MACHINE else "local"))
    for name in [name for name in os.environ if name.startswith(("HEADWATER_", "OPENLINEAGE_")) and name not in KEPT_SETTINGS]:
        del os.environ[name]
    os.environ["COLUMNS"] = "120"
    os.environ["NO_COLOR"] = "1"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case by its argument, never by its bytes: packed ones hold the time they were made, and workers must agree on names."""
    return argname if isinstance(val, bytes) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a service test whose components are not here."""
    absent = [name for marker in item.iter_markers("service") for name in marker.args if not is_present(name)]
    if absent and ON_BUILD_MACHINE:
        pytest.fail(f"needs {', '.join(absent)}: not on this build machine, and nothing may be skipped here", pytrace=False)
    if absent:
        pytest.skip(f"needs {', '.join(absent)}: not on this machine")


def is_present(component: str) -> bool:
    """Whether a program is on the path, or a Python package (`module:name`) can be imported."""
    kind, _, name = component.rpartition(":")
    return find_spec(name) is not None if kind == "module" else which(name) is not None
