"""The ledger: what was observed, as it came, under a Merkle tree whose head is signed.

Pure: bytes in, bytes out. Storage sits behind the port in `ports.py`; keys, salts, nonces and times come in as arguments.
Read `docs/ledger-format.md` for the layouts, `ledger.py` for the class others use, `offline.py` for the verifier that needs none of us.
"""
