"""What holds for every law: the parser's room for recursion is there before hypothesis counts how deep the stack is."""

from __future__ import annotations

import pytest

from headwater.capture.sql.adapter import deep_recursion


@pytest.fixture(scope="session", autouse=True)
def room() -> None:
    """Raise the interpreter's limit once; hypothesis takes a change of it within a test for a fault."""
    with deep_recursion():
        pass
