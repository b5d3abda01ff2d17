-- dialect: postgres, default: app.public
INSERT INTO audit.sizes (name, bytes, at) SELECT c.relname, pg_total_relation_size(c.oid), now() FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'public'
