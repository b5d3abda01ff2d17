select count(*) as n, count(email) as mails, min(born) as oldest from people where born <> date '1999-12-31'
