"""How engines write what the pipelines need. One seed gives the same pipeline in every dialect; DuckDB's is the one that is run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """An engine's words. Patterns take `{x}` for the expression, `{y}` for another, `{m}` for a member's name."""

    name: str
    scheme: str
    text: str
    digest: str
    gather: str
    pack: str
    unpack: str
    record: str
    member: str
    unpivot: str
    replaces: bool = True
    upper: bool = False

    def stored(self, name: str) -> str:
        """An unquoted name as the engine keeps it."""
        return name.upper() if self.upper else name


DUCKDB = Dialect(
    name="duckdb",
    scheme="duckdb",
    text="CAST({x} AS VARCHAR)",
    digest="md5({x})",
    gather="string_agg({x}, ',')",
    pack="json_object('{m}', {x}, 'zone', {y})",
    unpack="json_extract_string({x}, '$.{m}')",
    record="struct_pack({m} := {x}, zone := {y})",
    member="{x}.{m}",
    unpivot="(UNPIVOT (SELECT id, {x}, {y} FROM {t}) ON {x}, {y} INTO NAME k VALUE v) AS p",
)
POSTGRES = Dialect(
    name="postgres",
    scheme="postgres",
    text="{x}::text",
    digest="md5({x})",
    gather="string_agg({x}, ',')",
    pack="json_build_object('{m}', {x}, 'zone', {y})",
    unpack="({x} ->> '{m}')",
    record="json_build_object('{m}', {x}, 'zone', {y})",
    member="({x} ->> '{m}')",
    unpivot="(SELECT s.id, u.k, u.v FROM {t} AS s CROSS JOIN LATERAL (VALUES ('{x}', s.{x}), ('{y}', s.{y})) AS u(k, v)) AS p",
    replaces=False,
)
SNOWFLAKE = Dialect(
    name="snowflake",
    scheme="snowflake",
    text="TO_VARCHAR({x})",
    digest="SHA2({x})",
    gather="LISTAGG({x}, ',')",
    pack="OBJECT_CONSTRUCT('{m}', {x}, 'zone', {y})",
    unpack="{x}:{m}::VARCHAR",
    record="OBJECT_CONSTRUCT('{m}', {x}, 'zone', {y})",
    member="{x}:{m}::VARCHAR",
    unpivot="(SELECT id, k, v FROM (SELECT id, {x}, {y} FROM {t}) UNPIVOT(v FOR k IN ({x}, {y}))) AS p",
    upper=True,
)
BIGQUERY = Dialect(
    name="bigquery",
    scheme="bigquery",
    text="CAST({x} AS STRING)",
    digest="TO_HEX(SHA256({x}))",
    gather="STRING_AGG({x}, ',')",
    pack="TO_JSON_STRING(STRUCT({x} AS {m}, {y} AS zone))",
    unpack="JSON_VALUE({x}, '$.{m}')",
    record="STRUCT({x} AS {m}, {y} AS zone)",
    member="{x}.{m}",
    unpivot="(SELECT id, k, v FROM (SELECT id, {x}, {y} FROM {t}) UNPIVOT(v FOR k IN ({x}, {y}))) AS p",
)
SPARK = Dialect(
    name="spark",
    scheme="hive",
    text="CAST({x} AS STRING)",
    digest="sha2({x}, 256)",
    gather="array_join(collect_list({x}), ',')",
    pack="to_json(named_struct('{m}', {x}, 'zone', {y}))",
    unpack="get_json_object({x}, '$.{m}')",
    record="named_struct('{m}', {x}, 'zone', {y})",
    member="{x}.{m}",
    unpivot="(SELECT s.id, u.k, u.v FROM {t} AS s LATERAL VIEW stack(2, '{x}', s.{x}, '{y}', s.{y}) u AS k, v) AS p",
)
DIALECTS = (DUCKDB, POSTGRES, SNOWFLAKE, BIGQUERY, SPARK)
