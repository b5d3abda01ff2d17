-- dialect: oracle
MERGE INTO emp e USING (SELECT empno, sal FROM raises@hq) r ON (e.empno = r.empno) WHEN MATCHED THEN UPDATE SET e.sal = r.sal
