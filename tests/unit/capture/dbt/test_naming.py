"""dbt's relations are called what other producers call them."""

from __future__ import annotations

from typing import Any

import pytest

from headwater.capture.dbt.naming import Connection, namespace_of, relation_of, told_by_integration

PROFILES: list[tuple[dict[str, Any], str]] = [
    ({"type": "duckdb", "path": "/data/lake.duckdb"}, "duckdb:///data/lake.duckdb"),
    ({"type": "duckdb"}, "duckdb://:memory:"),
    ({"type": "postgres", "host": "db", "port": 6543, "user": "u", "password": "p"}, "postgres://db:6543"),
    ({"type": "postgres", "host": "db"}, "postgres://db:5432"),
    ({"type": "snowflake", "account": "acme-prod"}, "snowflake://acme-prod"),
    ({"type": "snowflake", "account": "xy12345"}, "snowflake://xy12345.us-west-1.aws"),
    ({"type": "snowflake", "account": "xy12345.eu-central-1"}, "snowflake://xy12345.eu-central-1.aws"),
    ({"type": "snowflake", "account": "xy12345.east-us-2.azure"}, "snowflake://xy12345.east-us-2.azure"),
    ({"type": "bigquery", "project": "p", "dataset": "d"}, "bigquery"),
    ({"type": "redshift", "host": "main.abc123.us-east-1.redshift.amazonaws.com", "port": 5439}, "redshift://main.us-east-1:5439"),
    ({"type": "redshift", "host": "tunnel.local"}, "redshift://tunnel.local:5439"),
    ({"type": "databricks", "host": "https://adb-1.azuredatabricks.net/"}, "databricks://adb-1.azuredatabricks.net"),
    ({"type": "trino", "host": "t", "port": 443}, "trino://t:443"),
    ({"type": "sqlserver", "server": "s", "port": 1433}, "mssql://s:1433"),
    ({"type": "athena", "region_name": "eu-west-1"}, "awsathena://athena.eu-west-1.amazonaws.com"),
    ({"type": "spark", "method": "thrift", "host": "h"}, "spark://h:10001"),
    ({"type": "clickhouse", "host": "c", "port": 9000}, "clickhouse://c:9000"),
]


@pytest.mark.parametrize(("profile", "namespace"), PROFILES, ids=[namespace for _, namespace in PROFILES])
def test_a_profile_gives_the_namespace_of_the_specification(profile: dict[str, Any], namespace: str) -> None:
    assert namespace_of(Connection.of(profile), profile["type"], "shop") == namespace


def test_no_secret_of_a_profile_is_kept() -> None:
    secrets = {"user": "me", "password": "hunter2", "token": "dapi1", "private_key": "k", "keyfile": "f", "schema": "s"}
    assert Connection.of({"type": "postgres", "host": "db", **secrets}).settings == {"type": "postgres", "host": "db"}


@pytest.mark.parametrize("told", ["md:lake?motherduck_token=hunter2", "me:hunter2@md:lake", "me:hunter2@md:lake?token=hunter2"])
def test_no_secret_inside_of_a_path_is_kept(told: str) -> None:
    assert Connection.of({"type": "duckdb", "path": told}).settings["path"] == "md:lake"


@pytest.mark.parametrize("told", ["/data/ann@home/lake.duckdb", "./lake.duckdb", "s3://bucket/a@b"])
def test_a_path_with_an_at_sign_is_whole(told: str) -> None:
    assert Connection.of({"type": "duckdb", "path": told}).settings["path"] == told


def test_a_user_before_a_host_is_not_kept() -> None:
    assert Connection.of({"type": "databricks", "host": "https://me:dapi1@adb-1.net"}).settings["host"] == "https://adb-1.net"


@pytest.mark.parametrize("adapter", ["postgres", "snowflake", "databricks", "duckdb"])
def test_without_a_profile_names_begin_with_the_project(adapter: str) -> None:
    assert namespace_of(Connection(), adapter, "shop") == f"{adapter}://shop"


def test_a_namespace_that_was_given_holds() -> None:
    assert namespace_of(Connection(namespace="mine"), "bigquery", "shop") == "mine"


@pytest.mark.parametrize(
    ("written", "adapter", "name"),
    [
        ('"lake"."main"."orders"', "duckdb", "lake.main.orders"),
        ("LAKE.main.orders", "snowflake", "LAKE.MAIN.ORDERS"),
        ('LAKE.main."Orders"', "snowflake", "LAKE.MAIN.Orders"),
        ("`p-1`.`d`.`orders`", "bigquery", "p-1.d.orders"),
        ('"lake"."Main"."Or""der"', "postgres", 'lake.Main.Or"der'),
        ("lake.Main.Orders", "postgres", "lake.main.orders"),
        ("[lake].[dbo].[orders]", "sqlserver", "lake.dbo.orders"),
        ("`hive`.`orders`", "databricks", "hive.orders"),
        ("read_csv('a b.csv')", "duckdb", "read_csv('a b.csv')"),
        ('"a"x."b"', "duckdb", '"a"x."b"'),
    ],
)
def test_a_relation_is_called_as_the_platform_keeps_it(written: str, adapter: str, name: str) -> None:
    assert relation_of({"relation_name": written}, adapter) == name


def test_a_relation_without_a_rendered_name_is_put_together() -> None:
    node = {"database": None, "schema": "main", "alias": "orders_v2", "name": "orders"}
    assert relation_of(node, "duckdb") == "main.orders_v2"


def test_what_dbts_own_integration_calls_it_differs_where_it_does() -> None:
    node = {"database": "lake", "schema": "main", "alias": "orders", "relation_name": "LAKE.main.orders", "resource_type": "model"}
    snowflake = Connection.of({"account": "acme-prod"})
    assert str(told_by_integration(node, snowflake, "snowflake")) == "dataset:snowflake://acme-prod:lake.main.orders"
    redshift = Connection.of({"host": "main.abc.us-east-1.redshift.amazonaws.com"})
    other = told_by_integration(node, redshift, "redshift")
    assert other is not None and other.namespace == "redshift://main.abc.us-east-1.redshift.amazonaws.com:5439"
    assert told_by_integration(node, Connection(), "postgres") is None
