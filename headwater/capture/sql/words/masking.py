"""Functions that make a value unreadable or coarser, by name. What they are worth is decided elsewhere; here they are only noticed."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

KEYED, DIGEST, REPLACEMENT, TRUNCATION = 4, 3, 2, 1


def _words(text: str) -> list[str]:
    return text.split()


FUNCTIONS: Final[dict[str, int]] = {
    **dict.fromkeys(
        _words(
            "aes_encrypt blind_index des_encrypt deterministic_encrypt dlp_deterministic_encrypt dlp_key_chain "
            "encode_fpe encrypt encrypt_raw encryptbyasymkey encryptbycert encryptbykey encryptbypassphrase ff1_encrypt ff3_encrypt "
            "fpe fpe_encrypt fpe_tokenize hmac hmac_md5 hmac_sha1 hmac_sha224 hmac_sha256 hmac_sha384 hmac_sha512 keyed_hash "
            "keyed_md5 keyed_sha256 keyed_token pgp_pub_encrypt pgp_pub_encrypt_bytea pgp_sym_encrypt pgp_sym_encrypt_bytea "
            "pseudonymise pseudonymize siphash128keyed siphash64keyed tink_encrypt tokenise tokenize try_aes_encrypt"
        ),
        KEYED,
    ),
    **dict.fromkeys(
        _words(
            "blake2b blake3 cityhash cityhash64 crc32 crypt digest farm_fingerprint farmhash farmhash64 "
            "fnv fnv1 fnv1_32 fnv1_64 fnv1a fnv1a_32 fnv1a_64 fnv_hash func_sha1 halfmd5 hash hash_md5 hash_sha256 hashbytes "
            "inthash32 inthash64 md4 md5 md5_digest md5_hex md5_number md5_number_lower md5_number_lower64 "
            "md5_number_upper md5_number_upper64 murmur3 murmur3_32 murmur_hash murmurhash2_32 murmurhash2_64 murmurhash3_128 "
            "murmurhash3_32 murmurhash3_64 ora_hash ripemd160 sha sha1 sha1_binary sha1_hex sha2 sha224 sha256 sha2_binary sha2_hex "
            "sha384 sha512 sha512_256 sha_224 sha_256 sha_384 sha_512 siphash128 siphash64 spooky_hash_v2_32 spooky_hash_v2_64 "
            "standard_hash xxh3 xxhash3 xxhash32 xxhash3_64 xxhash64"
        ),
        DIGEST,
    ),
    **dict.fromkeys(
        _words(
            "ai_mask anon anon_email anon_phone anonymise anonymize default_mask dlp_mask dlp_redact dp_noise email_mask fake_email "
            "fake_name gen_blocklist gen_dictionary gen_rnd_email gen_rnd_pan gen_rnd_ssn gen_rnd_us_phone mask mask_canada_sin "
            "mask_email mask_first_n mask_hash mask_iban mask_last_n mask_pan mask_pan_relaxed mask_pii mask_show_first_n "
            "mask_show_last_n mask_ssn mask_uk_nin mask_uuid obfuscate partial_email partial_mask pseudo_email pseudo_first_name "
            "pseudo_last_name random_mask redact redaction regexp_redact scramble suppress"
        ),
        REPLACEMENT,
    ),
    **dict.fromkeys(
        _words(
            "bottom_code bucketize dp_round generalise generalize left left_grapheme mid right right_grapheme strleft strright "
            "substr substrb substrc substring substring_grapheme substring_index substringutf8 top_code"
        ),
        TRUNCATION,
    ),
}
"""Name in lower case to how hard it is to undo. Prefixes in `PREFIXES` extend it.

Left out on purpose: what gives a whole number back as it is, such as T-SQL's CHECKSUM and ClickHouse's javaHash.
"""

_BARING: Final = {"hive": frozenset({"hash"})}
"""What does so in one dialect only."""

ENDS: Final = frozenset(_words("left left_grapheme right right_grapheme strleft strright"))
PARTS: Final = frozenset(_words("mid substr substrb substrc substring substring_grapheme substringutf8"))
"""Those that keep an end of a value, or a part of it from somewhere on: what they hide depends on how much that is."""

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


def masking_name(name: str, others: Collection[str] = (), dialect: str = "") -> str | None:
    """The masking function of this name, in lower case and without its schema; None where it is none. `others` are the caller's own."""
    plain = name.rpartition(".")[2].lower()
    if plain in _BARING.get(dialect, ()) and plain not in others:
        return None
    if plain in others or plain in FUNCTIONS:
        return plain
    return plain if plain.startswith(PREFIXES) and not undoes(plain) and _UNLIKE.isdisjoint(plain.split("_")) else None


def hides_anywhere(name: str, others: Collection[str] = ()) -> bool:
    """Whether a name tells of masking in any schema; `left` and its like are everyday words there."""
    found = masking_name(name, others)
    return found is not None and FUNCTIONS.get(found, REPLACEMENT) != TRUNCATION


_UNDOING: Final = re.compile(
    r"decrypt|detoken|unmask|demask|deobfuscat|unscrambl|descrambl|unredact|reveal|deanonymi|depseudonymi|re_?identif|decode_fpe|fpe_decode"
)
_BACK: Final = frozenset(
    _words("back inverse invert original plain plaintext recover restore resolve reverse reversed revert undo undone unwrap")
)
_HIDING: Final = re.compile(r"mask|token|redact|pseudonym|anonym|encrypt|obfuscat|scrambl|fpe")
_UNLIKE: Final = frozenset(
    _words(
        "bypass check clear cleartext compare count disable disabled equal equals exempt has identity is keep len length lookup match "
        "matches needed never no none noop not nothing off parse pass passthrough raw remove removed required show size skip test type "
        "valid validate value values verify without"
    )
)
"""Words that say of a function called like a mask that it measures, compares, asks or does nothing."""
_ONE_WAY: Final = re.compile(r"hmac|hash|siphash|md5|sha\d|blind_index")


@lru_cache(maxsize=4_096)
def undoes(name: str) -> bool:
    """Whether a function gives back what was encrypted, tokenised or hidden: `decrypt`, `detokenize` and whatever is called like them."""
    plain = name.rpartition(".")[2].lower()
    return _UNDOING.search(plain) is not None or (_HIDING.search(plain) is not None and not _BACK.isdisjoint(plain.split("_")))


def can_be_undone(masking: str) -> bool:
    """Whether a function of `undoes` may give back what this one hid. A digest and a truncation keep nothing to give back."""
    rank = FUNCTIONS.get(masking, REPLACEMENT)
    return rank == REPLACEMENT or (rank == KEYED and _ONE_WAY.search(masking) is None)


def is_truncation(masking: str) -> bool:
    """Whether a masking function makes a value shorter or coarser."""
    return FUNCTIONS.get(masking) == TRUNCATION


def is_builtin(masking: str) -> bool:
    """Whether a masking function is an engine's own, a digest or a truncation, and known for what it does."""
    return FUNCTIONS.get(masking) in (DIGEST, TRUNCATION)


def is_piece(masking: str) -> bool:
    """Whether a masking function keeps a piece of the value as it is."""
    return masking in ENDS or masking in PARTS


def stronger(first: str | None, second: str | None) -> str | None:
    """Of two masking functions on one path, the one that is harder to undo; the inner one where they are equal."""
    if first is None or second is None:
        return second if first is None else first
    return second if FUNCTIONS.get(second, REPLACEMENT) > FUNCTIONS.get(first, REPLACEMENT) else first
