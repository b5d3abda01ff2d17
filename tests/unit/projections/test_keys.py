from __future__ import annotations

from headwater.model.entries import Position
from headwater.model.facts import KeyCreatedFact, KeyRevokedFact
from headwater.model.keys import Scope
from headwater.model.times import Instant
from headwater.projections.keys import Keys


def created(key: str, digest: str = "d", at: int = 10) -> KeyCreatedFact:
    scopes = (Scope("read", "a*"),)
    return KeyCreatedFact(position=Position(1), at=Instant(at), key=key, name=f"name of {key}", digest=digest, scopes=scopes)


def revoked(key: str, at: int = 20) -> KeyRevokedFact:
    return KeyRevokedFact(position=Position(2), at=Instant(at), key=key)


def test_a_key_is_found_by_its_digest_with_its_scopes() -> None:
    keys = Keys()
    keys.fold([created("k1")])
    found = keys.find("d")
    assert found is not None
    assert (found.key, found.may("read", "abc"), found.may("read", "b")) == ("k1", True, False)
    assert keys.find("other") is None


def test_a_revocation_holds_even_if_it_came_first_and_forever() -> None:
    keys = Keys()
    keys.fold([revoked("k1"), created("k1"), created("k1", "e")])
    assert keys.find("d") is None
    assert keys.find("e") is None
    assert [(record.id, record.revoked) for record in keys.listed()] == [("k1", 20)]


def test_an_id_created_twice_stays_what_it_was() -> None:
    keys = Keys()
    keys.fold([created("k1"), created("k1", "stolen")])
    assert keys.find("stolen") is None
    assert keys.find("d") is not None


def test_keys_are_listed_oldest_first_with_their_earliest_revocation() -> None:
    keys = Keys()
    keys.fold([created("new", at=30), created("old", "e", at=5), revoked("old", 50), revoked("old", 40)])
    assert [(record.id, record.revoked) for record in keys.listed()] == [("old", 40), ("new", None)]
