"""Options that many commands share, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[Path | None, typer.Option(metavar="DIR", help="Home directory on this machine [default: .headwater].", show_default=False)]
Url = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Ask this server; its key is in HEADWATER_API_KEY.", show_default=False)]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the answer as JSON, byte for byte the body of the HTTP interface, and a line end.")
]
AsOf = Annotated[str | None, typer.Option(metavar="TIME", help="As things were at this time (RFC 3339).", show_default=False)]
AsOfVersion = Annotated[
    str | None,
    typer.Option(
        metavar="TIME|VERSION",
        help="As things were at this time (RFC 3339), or when this version of the node's dataset was written (its name, or the beginning).",
        show_default=False,
    ),
]
KnownAt = Annotated[int | None, typer.Option(metavar="POSITION", help="As known when the ledger stood here.", show_default=False)]
Direct = Annotated[bool, typer.Option("--direct", help="Only where values flow; leave out joins, filters, groupings.")]
Depth = Annotated[int | None, typer.Option(metavar="N", min=1, help="At most this many datasets away [default: all].", show_default=False)]
AllowGaps = Annotated[bool, typer.Option("--allow-gaps", help="Exit 0 also where nothing was found but not all could be seen.")]
Page = Annotated[str | None, typer.Option(metavar="TOKEN", help="Go on where the page before ended.", show_default=False)]
Limit = Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="Nodes per page; counts are always of everything.")]
Node = Annotated[str, typer.Argument(metavar="NODE", help="A dataset, column, job or run: its id, or a short name that is unique.")]
