"""How much the slowest tests try: enough to run with every change; several times as much with `HYPOTHESIS_PROFILE=thorough`."""

from __future__ import annotations

import os

IS_THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"


def tries(usual: int, thorough: int) -> int:
    """How often to try something."""
    return thorough if IS_THOROUGH else usual
