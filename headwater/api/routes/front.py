"""The page that a browser finds at the server's address: what this is and where to go on, without script, style or data."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

router = APIRouter()

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Headwater</title></head>
<body>
<h1>Headwater</h1>
<p>This server records where the data of a lake came from and where it goes, and answers questions about it with evidence.
It takes in OpenLineage events and keeps them in a ledger that anybody can check.
This page holds no data; everything that does asks for an API key.</p>
<h2>Look</h2>
<ul>
<li><a href="/healthz">/healthz</a>: whether the server answers; <a href="/readyz">/readyz</a>: whether it is up to date</li>
<li><a href="/openapi.json">/openapi.json</a>: everything that can be asked over HTTP</li>
</ul>
<h2>Try</h2>
<p>With an API key in the variable HEADWATER_API_KEY, and <code>--url</code> with the address of this page:</p>
<pre>
headwater record events.jsonl
headwater catalog search orders
headwater lineage orders --columns
headwater impact orders.amount
headwater gaps
headwater ledger verify
</pre>
<p>A producer of OpenLineage events sends them to <code>/api/v1/lineage</code>, with its key as bearer token.</p>
<h2>Read</h2>
<p>In the documentation: <code>start.md</code> (first steps), <code>cookbook</code> (one task a page), <code>reference/http.md</code>
(paths and parameters), <code>errors.md</code> (every code; also <code>headwater explain CODE</code>),
<code>how-it-works.md</code>, <code>glossary.md</code>.</p>
</body>
</html>
"""


@router.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
async def front() -> Response:
    """Needs no key, since it is the same for every server and everybody."""
    return HTMLResponse(_PAGE)
