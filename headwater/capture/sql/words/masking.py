"""Functions that make a value unreadable or coarser, by name. What they are worth is decided elsewhere; here they are only noticed."""

from __future__ import annotations

from typing import Final

KEYED, DIGEST, REPLACEMENT, TRUNCATION = 4, 3, 2, 1


def _words(text: str) -> list[str]:
    return text.split()


FUNCTIONS: Final[dict[str, int]] = {
    **dict.fromkeys(
        _words(
            "aes_encrypt decrypt_mask encrypt encrypt_raw fpe_encrypt hmac hmac_md5 hmac_sha1 hmac_sha224 hmac_sha256 hmac_sha384 "
            "hmac_sha512 keyed_hash keyed_token pgp_pub_encrypt pgp_sym_encrypt pseudonymise pseudonymize tokenise tokenize"
        ),
        KEYED,
    ),
    **dict.fromkeys(
        _words(
            "cityhash64 crc32 crypt digest farm_fingerprint fnv_hash hash hashbytes md5 md5_digest md5_hex md5_number "
            "md5_number_lower64 md5_number_upper64 murmur_hash murmurhash3_32 sha sha1 sha1_binary sha1_hex sha2 sha2_binary sha2_hex "
            "sha224 sha256 sha384 sha512 standard_hash xxhash64 xxhash3_64 siphash64 ora_hash checksum binary_checksum"
        ),
        DIGEST,
    ),
    **dict.fromkeys(
        _words(
            "anon anonymise anonymize dp_noise mask mask_email mask_first_n mask_hash mask_last_n mask_pii mask_show_first_n "
            "mask_show_last_n obfuscate redact scramble"
        ),
        REPLACEMENT,
    ),
    **dict.fromkeys(_words("left right substr substring substring_index substring_grapheme left_grapheme right_grapheme"), TRUNCATION),
}
"""Name in lower case to how hard it is to undo. Prefixes in `PREFIXES` extend it."""

PREFIXES: Final = ("hmac_", "mask_", "redact_", "tokenise_", "tokenize_", "pseudonymise_", "pseudonymize_")

TYPED: Final[dict[str, str]] = {
    "CityHash64": "cityhash64",
    "Encrypt": "encrypt",
    "EncryptRaw": "encrypt_raw",
    "FarmFingerprint": "farm_fingerprint",
    "Left": "left",
    "MD5": "md5",
    "MD5Digest": "md5",
    "MD5NumberLower64": "md5_number_lower64",
    "MD5NumberUpper64": "md5_number_upper64",
    "Right": "right",
    "SHA": "sha1",
    "SHA1Digest": "sha1",
    "SHA2": "sha2",
    "SHA2Digest": "sha2",
    "StandardHash": "standard_hash",
    "Substring": "substring",
    "SubstringIndex": "substring_index",
}
"""Functions that the parser gives a class of their own, by that class's name."""


def masking_name(name: str) -> str | None:
    """The masking function of this name, in lower case and without its schema; None where it is none."""
    plain = name.rpartition(".")[2].lower()
    return plain if plain in FUNCTIONS or plain.startswith(PREFIXES) else None


def stronger(first: str | None, second: str | None) -> str | None:
    """Of two masking functions on one path, the one that is harder to undo; the inner one where they are equal."""
    if first is None or second is None:
        return second if first is None else first
    return second if FUNCTIONS.get(second, REPLACEMENT) > FUNCTIONS.get(first, REPLACEMENT) else first
