-- dialect: oracle, default: orcl.hr
INSERT INTO audit_log (who, note) SELECT e.ename, NVL(d."Dept Name", '-') FROM emp@remote e, hr.dept d WHERE e.deptno = d.deptno(+) AND ROWNUM <= :n
