-- dialect: oracle
SELECT e.name, LEVEL, CONNECT_BY_ROOT e.name AS boss, SYS_CONNECT_BY_PATH(e.name, '/') AS way
FROM "employees" e START WITH e.manager_id IS NULL CONNECT BY PRIOR e.id = e.manager_id
