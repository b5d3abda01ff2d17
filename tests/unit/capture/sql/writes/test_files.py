from __future__ import annotations

from tests.unit.capture.sql.reading import codes, edges, read


def test_copies_go_both_ways() -> None:
    assert "x.csv.p -> w.p IDENTITY" in edges("COPY w FROM 'x.csv'")
    assert edges("COPY t (a) TO 'x.csv'") == {"t.a -> x.csv.a IDENTITY"}


def test_snowflake_copies_both_ways() -> None:
    tables = {"T": ("A", "B"), "W": ("P", "Q")}
    assert edges("COPY INTO W FROM (SELECT $1, s.$2 FROM @s/p s)", "snowflake", tables) == {
        "@s/p.$1 -> W.P IDENTITY",
        "@s/p.$2 -> W.Q IDENTITY",
    }
    assert edges("COPY INTO @s/p FROM T", "snowflake", tables) == {"T.A -> @s/p.A IDENTITY", "T.B -> @s/p.B IDENTITY"}
    assert edges("COPY INTO 's3://b/x' FROM (SELECT A FROM T)", "snowflake", tables) == {"T.A -> s3://b/x.A IDENTITY"}


def test_bigquery_and_hive_load_and_export() -> None:
    loaded = {"x.* -> w.* FILTER", "x.p -> w.p IDENTITY", "x.q -> w.q IDENTITY"}
    assert edges("EXPORT DATA OPTIONS (uri = 'x', format = 'CSV') AS SELECT a FROM t", "bigquery") == {"t.a -> x.a IDENTITY"}
    assert edges("LOAD DATA OVERWRITE w FROM FILES (format = 'CSV', uris = ['x'])", "bigquery") == loaded
    assert edges("LOAD DATA INPATH 'x' OVERWRITE INTO TABLE w", "hive") == loaded
    assert read("LOAD DATA INPATH 'x' OVERWRITE INTO TABLE w", "hive").overwrites == ("w",)
    assert read("LOAD DATA INPATH 'x' OVERWRITE INTO TABLE w PARTITION (p = 1)", "hive").overwrites == ()


def test_a_folder_is_replaced_only_where_the_statement_says_so() -> None:
    assert read("COPY t TO 'x' (FORMAT parquet, PARTITION_BY (a))").overwrites == ()
    assert read("COPY INTO @s FROM (SELECT 1 AS k)", "snowflake").overwrites == ()
    assert read("COPY INTO @s FROM (SELECT 1 AS k) OVERWRITE = TRUE", "snowflake").overwrites == ("@s",)


def test_the_clients_own_stream_has_no_name() -> None:
    lineage = read("COPY w FROM STDIN", "postgres")
    assert (lineage.status, lineage.sources, lineage.targets) == ("complete", (), ("w",))
    assert edges("COPY (SELECT a FROM t) TO STDOUT", "postgres") == {"t.a -> a IDENTITY"}


def test_databricks_copies_a_query_by_its_names() -> None:
    sql = "COPY INTO w FROM (SELECT _c1 AS q, upper(_c0) AS p FROM 's3://x') FILEFORMAT = CSV"
    assert edges(sql, "databricks") == {"s3://x._c1 -> w.q IDENTITY", "s3://x._c0 -> w.p TRANSFORMATION"}
    assert codes("COPY INTO w FROM (SELECT upper(_c0) FROM 's3://x') FILEFORMAT = CSV", "databricks") == ["unnamed-column"]
    assert codes("COPY INTO w FROM (SELECT * FROM 's3://x') FILEFORMAT = CSV", "databricks") == ["star-without-schema"]


def test_files_are_replaced_only_where_all_of_them_go() -> None:
    sql = "UNLOAD ('SELECT a FROM t') TO 's3://x/' IAM_ROLE 'r' {}"
    assert read(sql.format("CLEANPATH"), "redshift").overwrites == ("s3://x/",)
    for options in ("ALLOWOVERWRITE", "PARTITION BY (a) CLEANPATH", ""):
        assert read(sql.format(options), "redshift").overwrites == ()
