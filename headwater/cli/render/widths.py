"""Tables that always fit: the first column keeps most of the room, the others fold before anything is cut."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

PADDING = 2
FIRST_SHARE = 0.5
LEAST = 9


def fitted_table(heads: Sequence[str], rows: Sequence[Sequence[Text]], width: int) -> Table:
    """A plain table no wider than `width`, whose cells fold."""
    wanted = [max(len(head), *(row[number].cell_len for row in rows)) for number, head in enumerate(heads)]
    table = Table(box=None, padding=(0, PADDING, 0, 0), pad_edge=False, header_style="dim")
    for head, room in zip(heads, allotted(wanted, width - PADDING * (len(heads) - 1)), strict=True):
        table.add_column(head, width=room, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def allotted(wanted: Sequence[int], width: int) -> list[int]:
    """Widths of columns: as wanted where they fit, else the widest give way first, each down to its least.

    Law:  the sum is at most `width` wherever the leasts allow it.
    """
    given = list(wanted)
    least = [min(want, max(LEAST, int(width * FIRST_SHARE)) if number == 0 else LEAST) for number, want in enumerate(wanted)]
    while sum(given) > width:
        yielding = [number for number, room in enumerate(given) if room > least[number]]
        if not yielding:
            if least[0] <= LEAST:
                break
            least[0] = LEAST
            continue
        widest = max(yielding, key=lambda number: given[number] - least[number])
        given[widest] -= 1
    return given
