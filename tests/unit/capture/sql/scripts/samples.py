"""Scripts of many dialects for tests that disturb them; what they say is told elsewhere."""

from __future__ import annotations

SCRIPTS: tuple[tuple[str, str], ...] = (
    (
        "tsql",
        "IF EXISTS (SELECT 1 FROM u WHERE x > 1) BEGIN INSERT INTO w SELECT a, b FROM t END ELSE UPDATE w SET q = 1",
    ),
    (
        "tsql",
        "DECLARE c CURSOR FOR SELECT a FROM t OPEN c FETCH NEXT FROM c INTO @x WHILE @@FETCH_STATUS = 0 BEGIN SET @x += 1 END CLOSE c",
    ),
    (
        "tsql",
        "CREATE OR ALTER PROC dbo.p (@k INT = 1 OUTPUT) AS BEGIN TRY DELETE FROM w END TRY BEGIN CATCH THROW END "
        "CATCH\nGO\nEXEC p @v OUTPUT",
    ),
    (
        "tsql",
        "DECLARE @s NVARCHAR(9) = N'SELECT a FROM t', @n TABLE (k INT) EXEC(@s) EXEC sp_executesql @s, N'@a INT', @a = 1",
    ),
    (
        "tsql",
        "DELETE TOP (3) FROM w OUTPUT deleted.p INTO z (k) WHERE q = 1 MERGE INTO w USING u ON w.p = u.id WHEN "
        "MATCHED THEN DELETE OUTPUT $action",
    ),
    (
        "postgres",
        "DO $$ <<l>> DECLARE r RECORD; n INT := 1; BEGIN FOR r IN SELECT a FROM t LOOP EXIT WHEN n > 3; END LOOP; RAISE NOTICE 'x'; END $$",
    ),
    (
        "postgres",
        "CREATE FUNCTION f(k int) RETURNS int AS $b$ BEGIN RETURN k; EXCEPTION WHEN OTHERS THEN NULL; END $b$ LANGUAGE plpgsql",
    ),
    (
        "postgres",
        "WITH x AS (DELETE FROM t RETURNING *), y AS (INSERT INTO w SELECT a, b FROM x RETURNING p) UPDATE u SET "
        "(x, y) = (SELECT p, 1 FROM y)",
    ),
    (
        "postgres",
        "PREPARE p AS INSERT INTO w SELECT a, b FROM t; EXECUTE p(1); ALTER TABLE t SET SCHEMA s; COPY w FROM STDIN; END",
    ),
    (
        "bigquery",
        "DECLARE x, y INT64 DEFAULT 1; SET (x, y) = (1, 2); CASE x WHEN 1 THEN SELECT 1; ELSE BEGIN END; END CASE; "
        "REPEAT SET x = 2; UNTIL x > 1 END REPEAT",
    ),
    (
        "bigquery",
        "BEGIN FOR r IN (SELECT a FROM t) DO EXECUTE IMMEDIATE 'SELECT ?' INTO x USING r.a; END FOR; EXCEPTION WHEN ERROR THEN RETURN; END",
    ),
    (
        "snowflake",
        "EXECUTE IMMEDIATE $$ DECLARE c CURSOR FOR SELECT a FROM t; BEGIN LET y := 1; FOR r IN c DO RETURN r.a; END FOR; END $$; SET x = 1",
    ),
    (
        "snowflake",
        "INSERT ALL WHEN a > 1 THEN INTO w (p) VALUES (a) ELSE INTO z SELECT a FROM t; ALTER TABLE t SWAP WITH u; COPY INTO @s FROM t",
    ),
    (
        "snowflake",
        "CREATE TASK k SCHEDULE = 'x' WHEN TRUE AS INSERT INTO w SELECT a, b FROM t; CREATE STREAM s ON TABLE t; CREATE TABLE n CLONE t",
    ),
    (
        "mysql",
        "DELIMITER //\nCREATE PROCEDURE p(OUT v INT) BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND SET v = 1; l: "
        "LOOP LEAVE l; END LOOP; END //\nDELIMITER ;\nCALL p(@a)",
    ),
    (
        "mysql",
        "CREATE TRIGGER k BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1; RENAME TABLE t TO n; LOAD DATA INFILE 'x' "
        "INTO TABLE w (p, @v) SET q = @v",
    ),
    (
        "mysql",
        "REPLACE INTO w SELECT a, b FROM t; INSERT INTO w VALUES (1, 2) AS n (m, o) ON DUPLICATE KEY UPDATE q = o; "
        "DELETE t, u FROM t JOIN u ON t.id = u.id",
    ),
    (
        "oracle",
        "DECLARE CURSOR c (k NUMBER) IS SELECT a FROM t; v NUMBER := 1; BEGIN FORALL i IN 1..3 DELETE FROM w; "
        "EXECUTE IMMEDIATE 'SELECT 1' INTO v; END;\n/",
    ),
    (
        "oracle",
        "INSERT INTO (SELECT p FROM w) SELECT a FROM t LOG ERRORS INTO e; UPDATE (SELECT a, x FROM t, u) SET a = "
        "x; EXPLAIN PLAN FOR SELECT 1 FROM t",
    ),
    (
        "redshift",
        "UNLOAD ('select a from t') TO 's3://b/x'; ALTER TABLE w APPEND FROM t; CREATE TABLE n (k INT, l INT "
        "GENERATED ALWAYS AS (k) STORED)",
    ),
    (
        "clickhouse",
        "EXCHANGE TABLES t AND u; ALTER TABLE t UPDATE a = b WHERE id = 1; INSERT INTO FUNCTION file('x') SELECT a FROM t",
    ),
    (
        "hive",
        "FROM t INSERT OVERWRITE TABLE w SELECT a, b INSERT INTO TABLE z SELECT a; ALTER TABLE t EXCHANGE PARTITION (d = '1') WITH TABLE u",
    ),
)
