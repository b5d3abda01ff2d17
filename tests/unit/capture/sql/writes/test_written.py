from __future__ import annotations

from headwater.capture.sql.writes.written import spelled


def test_a_column_is_spelled_as_the_table_spells_it() -> None:
    assert spelled("email", ("id", "Email")) == "Email"
    assert spelled("Email", ("email", "Email")) == "Email"
    assert spelled("EMAIL", ("email", "Email")) is None
    assert spelled("nope", ("id",)) is None
