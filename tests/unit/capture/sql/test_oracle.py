from __future__ import annotations

import pytest

from headwater.capture.sql import analyse
from headwater.model.lineage import Statement
from tests.unit.capture.sql.oracle import Catalog, Findings, experiment

pytestmark = pytest.mark.slow

STATEMENTS = [
    "SELECT a FROM t",
    "SELECT a + b AS c, s FROM t WHERE g > 2",
    "SELECT 1 AS one FROM t",
    "SELECT * FROM t",
    "SELECT t.*, x FROM t JOIN u ON t.id = u.id",
    "SELECT a, x FROM t, u WHERE t.id = u.id AND y > 1",
    "SELECT a FROM t CROSS JOIN v",
    "SELECT a, z FROM t LEFT JOIN v ON t.g = v.k",
    "SELECT id, a, y FROM t FULL JOIN u USING (id)",
    "SELECT * FROM t RIGHT JOIN u USING (id, s)",
    "SELECT a FROM t SEMI JOIN u ON t.id = u.x",
    "SELECT a FROM t ANTI JOIN u ON t.id = u.x",
    "SELECT * FROM t NATURAL JOIN u",
    "SELECT g, sum(a) AS total, count(*) AS n FROM t GROUP BY g",
    "SELECT g % 2 AS h, max(b) AS top FROM t GROUP BY h HAVING count(a) > 1",
    "SELECT g, s, avg(a) AS m FROM t GROUP BY ALL",
    "SELECT g, s, sum(a) AS m FROM t GROUP BY GROUPING SETS ((g), (s), ())",
    "SELECT count(*) AS n FROM t WHERE s = 'a'",
    "SELECT count(DISTINCT a) AS n, sum(1) AS m FROM t",
    "SELECT count(*) FILTER (WHERE b > 2) AS n, sum(a) FILTER (g = 1) AS m FROM t",
    "SELECT DISTINCT g, s FROM t",
    "SELECT DISTINCT ON (g) g, a FROM t ORDER BY g, b, a",
    "SELECT a FROM t ORDER BY b, a, id LIMIT 3",
    "SELECT a AS k FROM t ORDER BY 1 LIMIT 2 OFFSET 1",
    "SELECT CASE WHEN g > 2 THEN a WHEN s = 'b' THEN b ELSE 0 END AS c FROM t",
    "SELECT if(g = 1, a, b) AS c, coalesce(a, b) AS d, nullif(a, g) AS e FROM t",
    "SELECT id, row_number() OVER (PARTITION BY g ORDER BY a, b, id) AS n FROM t",
    "SELECT id, sum(a) OVER w AS running, count(*) OVER (PARTITION BY s) AS n FROM t WINDOW w AS (PARTITION BY g)",
    "SELECT id, lag(a) OVER (ORDER BY b, id, a) AS before FROM t",
    "SELECT id, a FROM t QUALIFY rank() OVER (PARTITION BY g ORDER BY b) = 1",
    "SELECT a, (SELECT max(x) FROM u WHERE u.id = t.id) AS top FROM t",
    "SELECT a, (SELECT count(*) FROM v) AS n FROM t",
    "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.g AND u.y > 1)",
    "SELECT a FROM t WHERE id IN (SELECT x FROM u WHERE y > 2)",
    "SELECT a FROM t WHERE id NOT IN (SELECT id FROM u WHERE id IS NOT NULL)",
    "SELECT a, id IN (SELECT x FROM u) AS hit, EXISTS (SELECT 1 FROM v WHERE k = t.g) AS seen FROM t",
    "SELECT a FROM t WHERE b > ALL (SELECT z FROM v WHERE z < 3)",
    "SELECT a FROM t WHERE b = ANY (SELECT z FROM v)",
    "SELECT a FROM t UNION SELECT x FROM u",
    "SELECT a, g FROM t UNION ALL SELECT x, y FROM u WHERE s = 'a'",
    "SELECT a AS p, s FROM t UNION ALL BY NAME SELECT s, y AS q FROM u",
    "SELECT a FROM t INTERSECT SELECT x FROM u",
    "SELECT a FROM t EXCEPT SELECT x FROM u",
    "(SELECT a FROM t ORDER BY b, a LIMIT 2) UNION ALL (SELECT z FROM v ORDER BY d, z LIMIT 1)",
    "WITH c AS (SELECT g, sum(a) AS total FROM t GROUP BY g) SELECT total FROM c WHERE g > 1",
    "WITH c AS (SELECT * FROM t WHERE b > 1), d AS (SELECT * FROM c JOIN u USING (id)) SELECT x + a AS e FROM d",
    "WITH t AS (SELECT x AS a, y AS b FROM u) SELECT a FROM t WHERE b < 3",
    "WITH c(m, n) AS (SELECT a, b FROM t) SELECT n FROM c WHERE m = 1",
    "WITH RECURSIVE r(n, v) AS (SELECT id, a FROM t WHERE id = 1 UNION SELECT u.x, r.v FROM r JOIN u ON r.n = u.id) SELECT n, v FROM r",
    "SELECT e.m FROM (SELECT max(a) AS m, g FROM t GROUP BY g) AS e JOIN v ON v.k = e.g",
    "SELECT c.y1 FROM (SELECT x, y FROM u) AS c(x1, y1) WHERE c.x1 > 1",
    "SELECT t.a, l.m FROM t, LATERAL (SELECT max(x) AS m FROM u WHERE u.id < t.b) AS l",
    "SELECT id, unnest([a, b]) AS e FROM t",
    "SELECT id, n.i FROM t, range(t.a) AS n(i)",
    "SELECT * EXCLUDE (s, id) REPLACE (a + g AS a) FROM t",
    "SELECT a + 1 AS c, c * 2 AS d FROM t WHERE c > 1",
    "SELECT list_transform([a, b], lambda e: e + g) AS l, {'k': s}.k AS f FROM t",
    "SELECT string_agg(s, ',' ORDER BY a, s) AS joined, arg_max(s, b * 100 + id * 10 + a) AS best FROM t",
    "SELECT quantile_cont(a, 0.5) AS q, percentile_disc(0.5) WITHIN GROUP (ORDER BY b) AS p FROM t",
    "SELECT md5(s) AS m, left(s, 1) AS f, cast(d AS VARCHAR) AS day FROM t JOIN v ON a = k",
    "SELECT date_trunc('month', d) AS month, sum(z) AS total FROM v GROUP BY 1 ORDER BY 2, 1",
    "SELECT a FROM t WHERE b = (SELECT max(b) FROM t)",
    "SELECT x.a FROM t AS x JOIN t AS y ON x.id = y.g WHERE y.s = 'a'",
    "SELECT v.k, w.a FROM (VALUES (1, 2), (3, 4)) AS f(k, n) JOIN t AS w ON w.id = f.k JOIN v ON v.z = f.n",
    "SELECT a FROM (t JOIN u ON t.id = u.id)",
    "FROM t SELECT a WHERE g = 2",
    "SELECT * FROM t PIVOT (sum(a) FOR g IN (1 AS one, 2 AS two, 3 AS three))",
    "SELECT * FROM t PIVOT (sum(a) AS s, max(b) AS m FOR g IN (1 AS one, 2 AS two) GROUP BY s)",
    "SELECT * FROM (PIVOT t ON g IN (1, 2, 3) USING sum(a), count(b) GROUP BY s) AS p(k, c1, c2, c3, c4, c5, c6)",
    "SELECT * FROM (PIVOT t ON s IN ('a', 'b'), g IN (1, 2) USING sum(a) AS q)",
    "SELECT * FROM (PIVOT (SELECT g, t.s, x FROM t JOIN u USING (id)) ON s IN ('a', 'b', 'ab') USING max(x))",
    "SELECT * FROM t JOIN (SELECT id, x FROM u) USING (id) PIVOT (sum(a) FOR g IN (1 AS one, 2 AS two) GROUP BY s)",
    "SELECT * FROM (UNPIVOT t ON a, b INTO NAME n VALUE v)",
    "SELECT * FROM t UNPIVOT INCLUDE NULLS ((v, w2) FOR n IN ((a, b), (b, g)))",
    "SELECT * FROM (UNPIVOT (SELECT * EXCLUDE s FROM t) ON COLUMNS(* EXCLUDE id) INTO NAME n VALUE v)",
    "SELECT COLUMNS([x FOR x IN (*) IF x <> 's']) AS '\\0_k' FROM t",
    "SELECT sum(COLUMNS(* EXCLUDE (s))) FROM t GROUP BY s",
    "SELECT map {coalesce(s, 'q'): a}['a'] AS c FROM t",
    "SELECT unnest({'p': a, 'q': b}) FROM t",
    "SELECT list_zip([a, b], [g]) AS c, struct_pack(k := a).k AS d FROM t",
    "SELECT count(*) AS n FROM t, u WHERE t.id = u.id AND t.a IS NOT DISTINCT FROM u.x",
    "SELECT sum(a) FILTER (WHERE b > 1) OVER (PARTITION BY g) AS c FROM t",
    "SELECT nth_value(a, 2) OVER (ORDER BY b, id, a) AS c, ntile(2) OVER (ORDER BY b, id, a) AS d FROM t",
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM u WHERE u.id = t.id) THEN a END AS c FROM t",
    "SELECT histogram(a) AS c, mode(b) AS d, approx_count_distinct(g) AS e FROM t",
    "SELECT g, list(a ORDER BY b, a)[1:2] AS c FROM t GROUP BY g",
    "WITH c AS (SELECT a, b FROM t), d AS (WITH c AS (SELECT x AS a FROM u) SELECT a FROM c) SELECT d.a, c.b FROM c JOIN d ON c.a = d.a",
    "SELECT a FROM t WHERE id = (WITH q AS (SELECT max(x) AS m FROM u WHERE u.y > t.b) SELECT m FROM q)",
    "SELECT g FROM t GROUP BY g HAVING bool_or(b > (SELECT avg(z) FROM v WHERE v.k = g))",
    "(SELECT a AS c FROM t) EXCEPT ALL (SELECT x FROM u)",
    "(SELECT a AS c, b AS d FROM t) INTERSECT ALL (SELECT x, y FROM u)",
    "SELECT c, d FROM (SELECT a AS c FROM t UNION ALL BY NAME SELECT x AS d FROM u)",
    "SELECT id FROM t LIMIT (SELECT max(k) FROM v) OFFSET (SELECT min(k) FROM v)",
    "SELECT t.id, q.c FROM t LEFT JOIN LATERAL (SELECT sum(x) AS c FROM u WHERE u.y = t.b) AS q ON q.c > t.a",
    "SELECT generate_subscripts([a, b], 1) AS c, id FROM t",
    "SELECT id, generate_series AS q FROM t, generate_series(1, t.a)",
    "SELECT greatest(a, b) AS c, a // nullif(b, 0) AS d, a::VARCHAR || s AS e, coalesce(try_cast(s AS INTEGER), g) AS f FROM t",
    "SELECT rank() OVER w AS c, first_value(s) OVER w AS d FROM t WINDOW w AS (PARTITION BY g ORDER BY a, b, id)",
    "SELECT a FROM t WHERE s SIMILAR TO 'a.*' AND NOT regexp_matches(s, 'c')",
    "SELECT DISTINCT a % 2 AS c, row_number() OVER (ORDER BY id, a, b, g, s) AS d FROM t",
    "SELECT COLUMNS('a|b') FROM t",
    "SELECT COLUMNS(lambda c: c LIKE 'a%' OR c = 'g') + 1 FROM t",
    "SELECT coalesce(*COLUMNS('a|b')) AS k FROM t",
    "SELECT * LIKE '_' FROM t",
    "SELECT * NOT SIMILAR TO 's|id' FROM t",
    "SELECT * EXCLUDE (t.id) FROM t JOIN u ON t.id = u.id",
    "SELECT a FROM t WHERE COLUMNS('b|g') > 1",
    "SELECT c.k.q FROM (SELECT {'p': a, 'q': b} AS k FROM t) AS c",
    "SELECT k.* FROM (SELECT {'p': a, 'q': b} AS k, s FROM t) AS c WHERE s = 'a'",
    "SELECT e, o FROM t, unnest([a, b]) WITH ORDINALITY AS q(e, o)",
    "SELECT id, e FROM t, unnest([a, b, g]) AS q(e) WHERE e > 1",
    "SELECT id, sum(a) OVER (PARTITION BY g ORDER BY id, a, b ROWS BETWEEN coalesce(b, 0) % 2 PRECEDING AND CURRENT ROW) AS q FROM t",
    "SELECT g, s, sum(a) AS q, GROUPING(g) AS gg FROM t GROUP BY ROLLUP (g, s)",
    "SELECT a FROM t WHERE (a, b) IN (SELECT x, y FROM u)",
    "SELECT id, a FROM t ASOF JOIN v ON t.a >= v.z",
    "SELECT x.a, y.x FROM t AS x POSITIONAL JOIN u AS y",
    "WITH RECURSIVE r(n, q) USING KEY (n) AS (SELECT id, a FROM t UNION SELECT n + 1, q FROM r WHERE n < 3) SELECT n, q FROM r",
    "SELECT id, a FROM t NATURAL FULL JOIN u",
    "SELECT id, k, z FROM t FULL JOIN u USING (id) LEFT JOIN v ON v.k = id",
    "SELECT id FROM t ORDER BY (SELECT max(x) FROM u WHERE u.id = t.g), id",
    "SELECT any_value(a ORDER BY b) AS c, first(s ORDER BY a, id) AS f FROM t",
    "SELECT list_filter([a, b, g], lambda q, i: q > i) AS c, list_reduce([a, b], lambda q, r: q + r + g) AS d FROM t",
    "SELECT [q + g FOR q IN [a, b] IF q > id] AS c FROM t",
    "SELECT (SELECT count(*) FROM u WHERE u.x > t.a HAVING count(*) > 1) AS c FROM t",
    "SELECT g, max(a) AS m FROM t GROUP BY g HAVING max(a) > (SELECT min(x) FROM u) ORDER BY m",
    "SELECT DISTINCT ON (g) g, s FROM t ORDER BY g, a, b, id, s",
    "SELECT a AS b, b AS a FROM t ORDER BY b, a LIMIT 3",
    "SELECT b FROM t GROUP BY ALL HAVING count(*) > 1",
    "INSERT INTO w SELECT a, b, g FROM t WHERE s = 'a'",
    "INSERT INTO w (r, p) SELECT x, y FROM u",
    "INSERT INTO w BY NAME SELECT a AS r, b AS q FROM t",
    "INSERT INTO w WITH c AS (SELECT * FROM v) SELECT k, z, (SELECT count(*) FROM u) FROM c",
    "CREATE TABLE n1 AS SELECT g, sum(a) AS total FROM t GROUP BY g",
    "CREATE OR REPLACE VIEW n2 AS SELECT a, x FROM t JOIN u USING (id)",
    "CREATE VIEW n3 (one, two) AS SELECT b, s FROM t WHERE a > 1",
    "UPDATE w SET p = t.a, q = w.q + 1 FROM t WHERE w.r = t.id AND t.s <> 'c'",
    "UPDATE w SET r = (SELECT sum(z) FROM v WHERE k = w.p) WHERE q > 1",
    "DELETE FROM w USING t WHERE w.p = t.a AND t.g > 2",
    "DELETE FROM w WHERE p IN (SELECT x FROM u) OR q > 3",
    "MERGE INTO w USING (SELECT DISTINCT id, min(x) AS x FROM u GROUP BY id) AS n ON w.p = n.id "
    "WHEN MATCHED AND n.x > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET q = n.x WHEN NOT MATCHED THEN INSERT (p, r) VALUES (n.id, n.x)",
]


@pytest.fixture(scope="module")
def findings() -> dict[str, Findings]:
    return experiment(STATEMENTS)


@pytest.mark.parametrize("sql", STATEMENTS)
def test_every_influence_seen_by_experiment_has_an_edge(findings: dict[str, Findings], sql: str) -> None:
    found = findings[sql]
    assert found.lineage.status == "complete", found.lineage.reasons
    assert found.uncovered() == []
    assert found.moved, "the experiment moved nothing, so it shows nothing"


@pytest.mark.parametrize("sql", STATEMENTS)
def test_without_schemas_a_statement_is_never_complete_with_an_influence_missing(findings: dict[str, Findings], sql: str) -> None:
    class Nothing(Catalog):
        def columns(self, table: str) -> None:
            return None

    blind = Findings(analyse(Statement(sql, "duckdb"), Nothing()), findings[sql].moved)
    assert blind.lineage.status == "partial" or blind.uncovered() == []


def test_the_experiment_catches_an_analyser_that_drops_edges(findings: dict[str, Findings]) -> None:
    caught = 0
    for found in findings.values():
        for edge in found.lineage.edges:
            fewer = [each for each in found.lineage.edges if each != edge]
            broken = Findings(
                type(found.lineage)(status="complete", edges=tuple(fewer), fingerprint="", analyser="broken"),
                found.moved,
            )
            caught += bool(broken.uncovered())
    assert caught > 100
