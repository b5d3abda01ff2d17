SELECT t.id, t.shares, q.price FROM trades AS t ASOF JOIN quotes AS q ON t.symbol = q.symbol AND t.moment >= q.moment
