"""The tree: RFC 6962 hashing, its tiles, and proofs."""
