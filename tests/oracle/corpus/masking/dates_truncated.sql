select date_trunc('year', born) as y, year(born) // 10 * 10 as decade, born < date '1990-01-01' as older from people
