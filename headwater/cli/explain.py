"""What every code means: the text behind `headwater explain CODE`.

The paragraphs stand in `errors.md` beside this module so that they travel with the package; `make docs` copies them to `docs/errors.md`.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib.resources import files

from headwater.model.errors import UsageError

_HEADING = "### "


class UnknownCode(UsageError):
    """No error, gap or reason has this code."""

    code = "CODE-UNKNOWN"


def explanations() -> dict[str, str]:
    """Every code with its paragraph, in the order of the page."""
    found: dict[str, str] = {}
    for section in _page().split(f"\n{_HEADING}")[1:]:
        code, _, rest = section.partition("\n")
        found[code.strip()] = rest.partition("\n## ")[0].strip()
    return found


def explain(code: str) -> str:
    """The paragraph of one code, headed by the code itself; case does not matter.

    Raises:  UnknownCode: nothing has this code; the next step names the nearest.
    """
    known = explanations()
    spelled = {name.casefold(): name for name in known}
    wanted = spelled.get(code.strip().casefold())
    if wanted is None:
        near = get_close_matches(code.strip().casefold(), list(spelled), n=1, cutoff=0.5)
        next_step = f"headwater explain {spelled[near[0]]}" if near else "copy the code from the message's last line"
        raise UnknownCode(f"cannot explain `{code.strip()}`: expected a code that Headwater prints", next_step=next_step)
    return f"{wanted}\n\n{known[wanted]}\n"


def _page() -> str:
    return files("headwater.cli").joinpath("errors.md").read_text(encoding="utf-8")
