"""Functions that give nobody the value itself: how many there are, numbers mixed over a group, a property with few outcomes; or a part.

A measure lowers a label (docs/decisions/0023-labels-and-transfers.md), so a wrong one is a leak that nobody sees: what is not listed here
has none. Left out on purpose: whatever gives one of its values back (MIN, MEDIAN, percentiles, lists), sketches and states of aggregates,
histograms and top lists, products and bitwise folds, and sums within one row, as of the members of a list.
"""

from __future__ import annotations

import re
from typing import Final

from headwater.capture.sql.adapter import exp
from headwater.model.lineage import Measure

COUNT: Final[Measure] = "count"
TOTAL: Final[Measure] = "total"
TEST: Final[Measure] = "test"
MEMBER: Final[Measure] = "member"
OF_GROUPS: Final[frozenset[Measure | None]] = frozenset({COUNT, TOTAL, TEST})
_RANKS: Final[dict[Measure, int]] = {MEMBER: 0, TOTAL: 1, TEST: 2, COUNT: 3}


def _words(text: str) -> list[str]:
    return text.split()


FUNCTIONS: Final[dict[str, Measure]] = {
    **dict.fromkeys(
        _words(
            """
            approx_count_distinct approx_distinct approximate_count_distinct bitmap_count count count_big count_distinct count_if
            countif hll_cardinality hll_estimate hll_sketch_estimate regr_count repeated_count
            """
        ),
        COUNT,
    ),
    **dict.fromkeys(
        _words(
            """
            avg corr covar_pop covar_samp favg fsum kahan_sum mean regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx
            regr_sxy regr_syy sem std stddev stddev_pop stddev_samp stdev stdevp sum sum_no_overflow sumkahan try_avg try_sum
            var_pop var_samp variance variance_pop variance_samp varp
            """
        ),
        TOTAL,
    ),
    **dict.fromkeys(
        _words(
            """
            array_contains array_contains_all array_has array_has_all array_has_any array_length array_overlaps array_size arrays_overlap
            bit_length byte_length cardinality char_length character_length contains contains_substr datalength ends_with endswith
            equal_null ilike is_inf is_nan isinf isnan json_array_length json_length json_typeof jsonb_array_length jsonb_typeof len
            length lengthb like list_contains list_has list_has_all list_has_any map_size octet_length pg_typeof regexp_contains
            regexp_full_match regexp_like rlike sign signum starts_with startswith strlen typeof
            """
        ),
        TEST,
    ),
}
"""Name in lower case to measure, whatever the dialect."""

_UNIQ: Final = _words("uniq uniqcombined uniqcombined64 uniqexact uniqhll12 uniqthetasketch")
_OF_DIALECTS: Final[dict[str, dict[str, Measure]]] = {
    "clickhouse": {
        **dict.fromkeys(_UNIQ, COUNT),
        **dict.fromkeys(
            _words(
                """
                avgweighted corrstable covarpop covarpopstable covarsamp covarsampstable stddevpop stddevpopstable stddevsamp
                stddevsampstable sumwithoverflow varpop varpopstable varsamp varsampstable
                """
            ),
            TOTAL,
        ),
        **dict.fromkeys(
            _words(
                """
                empty equals greater greaterorequals has hasall hasany isfinite isinfinite isnotnull isnull lengthutf8 less
                lessorequals match notempty notequals notilike notlike totypename
                """
            ),
            TEST,
        ),
    },
    "duckdb": {"regexp_matches": TEST},
    "fabric": {"var": TOTAL},
    "oracle": {"lengthc": TEST, "length2": TEST, "length4": TEST},
    "redshift": {"hll": COUNT, "textlen": TEST},
    "snowflake": {"hll": COUNT},
    "tsql": {"var": TOTAL},
    **{each: {"isnotnull": TEST, "isnull": TEST, "size": TEST} for each in ("databricks", "hive", "spark", "spark2")},
    **{each: {"isnull": TEST} for each in ("doris", "mysql", "starrocks")},
}
"""Names that mean this in one dialect only: ISNULL gives the value back elsewhere, `regexp_matches` the pieces found."""

_ENDINGS: Final = re.compile(r"(?<=.)(?:if|array|distinct|ornull|ordefault)$")
"""What ClickHouse hangs to an aggregate without showing more of it; …State, …Merge, …Map, …ForEach and …ArgMin do."""

TESTING: Final = (
    exp.Between,
    exp.EQ,
    exp.Glob,
    exp.GT,
    exp.GTE,
    exp.ILike,
    exp.In,
    exp.Is,
    exp.LT,
    exp.LTE,
    exp.Like,
    exp.NEQ,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.SimilarTo,
)
"""Operators that compare."""

_WRITTEN_AS_OPERATORS: Final[dict[type, Measure]] = {
    exp.ApproxDistinct: COUNT,
    exp.ArrayContainsAll: TEST,
    exp.ArrayOverlaps: TEST,
    exp.RegexpILike: TEST,
    exp.RegexpLike: TEST,
    exp.StartsWith: TEST,
}
"""Classes that the parser also gives to what the text does not write as a call by name: `x ~ y`, `APPROXIMATE COUNT(DISTINCT x)`."""


def measure_of(name: str, dialect: str) -> Measure | None:
    """The measure of a function by its name in lower case; None where it may show more than that."""
    own = _OF_DIALECTS.get(dialect)
    found = FUNCTIONS.get(name) or (own.get(name) if own is not None else None)
    return _combined(name) if found is None and dialect == "clickhouse" else found


def measure_of_operator(kind: type) -> Measure | None:
    """The measure of what is written without a name."""
    return _WRITTEN_AS_OPERATORS.get(kind)


def _combined(name: str) -> Measure | None:
    """The measure of one of ClickHouse's aggregates with endings. A sum under a condition is none: one row may be left of its group."""
    own, base = _OF_DIALECTS["clickhouse"], name
    narrowed = False
    while (ending := _ENDINGS.search(base)) is not None:
        base, narrowed = base[: ending.start()], narrowed or ending[0] == "if"
        found = FUNCTIONS.get(base) or own.get(base)
        if found is not None:
            return None if found == TEST or (narrowed and found == TOTAL) else found
    return None


def stronger(inner: Measure | None, outer: Measure | None) -> Measure | None:
    """Of two measures that a value goes through one after the other, the one that shows less; the inner one where they are alike."""
    if inner is None or outer is None:
        return outer if inner is None else inner
    return outer if _RANKS[outer] > _RANKS[inner] else inner
