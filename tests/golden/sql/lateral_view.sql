-- dialect: spark
SELECT id, part FROM documents LATERAL VIEW explode(split(body, ' ')) words AS part WHERE part <> ''
