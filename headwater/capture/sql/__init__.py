"""SQL column lineage: a statement and a catalog in, edges with an honest status out.

Give `analyse` a `Statement` and something that knows schemas; it names every column that reaches an output or decides over rows, or says
what it could not follow. Pure, deterministic and bounded, so that it can run in worker processes. Read `analysis` first, then
`scripts` (texts of many statements), `statements` (one of them), `writes` and `queries`; only `adapter` knows the parser.
`remembered` is the same with a cache: what reads many statements calls that.
"""

from headwater.capture.sql.analysis import (
    ANALYSER,
    NoSchemas,
    analyse,
    analyse_query,
    analyse_script,
    mentions_of,
    referenced_tables,
)
from headwater.capture.sql.cache import Cache, remembered
from headwater.capture.sql.names import SchemaLookup, ViewDefinition, ViewLookup

__all__ = [
    "ANALYSER",
    "Cache",
    "NoSchemas",
    "SchemaLookup",
    "ViewDefinition",
    "ViewLookup",
    "analyse",
    "analyse_query",
    "analyse_script",
    "mentions_of",
    "referenced_tables",
    "remembered",
]
