"""What a secret looks like: in URIs, in `key=value` texts, by its shape, or by the name it stands under.

Secrets are dropped, never sealed, so a pattern here may err on the side of dropping, but not inside dataset, job and column names:
there only credentials of a URI go.
"""

from __future__ import annotations

import re

from headwater.capture.redaction.edits import Edit
from headwater.capture.redaction.tokens import DROPPED

_ACCOUNT_SCHEMES = frozenset({"abfs", "abfss", "wasb", "wasbs", "adl"})
"""Schemes that write `container@account`: what stands before the `@` names a place."""

_USERINFO = re.compile(r"://(?:(?P<pair>[^\s'\"<>/?#@:]{0,256}:[^\s'\"<>?#]{0,256})|(?P<user>[^\s'\"<>/?#:]{1,1024}))@(?=[^\s@'\"]|$)")
_LINE = re.compile(r"[^\n]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*$")
_LONGEST_SCHEME = 32
_STRONG = (
    r"pass(?:word|wd|phrase)|pwd|secret(?:[_.-]?(?:access)?[_.-]?key)?|api[_-]?key|access[_-]?key(?:[_-]?id)?|account[_-]?key"
    r"|private[_-]?key|shared[_-]?access[_-]?signature|credentials?|x-amz-(?:signature|credential|security-token)"
)
_WEAK = r"(?:(?<![A-Za-z])|(?-i:(?<=[a-z])(?=[A-Z])))(?:token|sig|signature|sas|auth|authorization|pass)"
_PAIR = re.compile(
    rf"(?i)(?:(?:{_STRONG})[\"']?\s{{0,4}}(?:=>?|:)\s{{0,4}}|{_WEAK}(?:[\"']?\s{{0,4}}=\s{{0,4}}|[\"']\s{{0,4}}:\s{{0,4}}))"
    r"(\"[^\"]{0,4096}\"|'[^']{0,4096}'|[^\s&;,'\"<>]+)"
)
_FORMS = re.compile(
    r"(?i)(?<![\w-])--?(?:[a-z][a-z0-9]{0,20}[-_.]){0,4}(?:password|passwd|pass|pwd|passphrase|secret|token|api-?key|secret-?key|access-?key)"
    r"(?:\s{1,4}|=)(?P<flag>\"[^\"]{0,1024}\"|'[^']{0,1024}'|(?!-)[^\s'\";,|&]{1,1024})"
    r"|(?-i:(?<![\w-])-u)\s{0,4}['\"]?(?!\d+:\d+(?!\S))[^\s:'\"/-][^\s:'\"/]{0,128}:(?P<user>[^\s'\"]{1,1024})"
    r"|<(?P<element>[\w.:-]{0,64}(?:password|passwd|pwd|secret|token|apikey|secretkey|accesskey|credentials?)[\w.-]{0,32})(?:\s[^<>]{0,256})?>"
    r"(?P<xml>[^<]{1,4096})<"
    r"|[\"'](?:key|name|property|option)[\"']\s{0,8}:\s{0,8}[\"'][^\"'\n]{0,128}(?:password|passwd|pwd|secret|token|api_?key|access_?key|credential)"
    r"[^\"'\n]{0,64}[\"']\s{0,8},\s{0,8}[\"']value[\"']\s{0,8}:\s{0,8}(?P<value>\"(?:[^\"\\]|\\.){0,4096}\"|'(?:[^'\\]|\\.){0,4096}'|[^\s,}\]]{1,1024})"
    r"|[\"']-{1,2}[\w.-]{0,64}(?:password|passwd|pwd|secret|token|api-?key|access-?key)[\"']\s{0,8},\s{0,8}(?P<listed>\"(?:[^\"\\]|\\.){0,4096}\"|'(?:[^'\\]|\\.){0,4096}')"
    r"|(?:^|[\n;])\s{0,16}conn(?:ect)?\s{1,4}[\w$.\"]{1,128}/(?P<connect>[^\s@]{1,256})"
)
"""Secrets that the form around them tells: commands, elements, pairs of a name and a value."""
_JDBC = re.compile(r"(?i)jdbc:[a-z]{1,20}(?::[a-z0-9]{1,20})?:[\w.$-]{1,128}/(?P<word>[^\s@'\"]{1,256})(?=@)")
_CLIENT = re.compile(
    r"(?i)\b(?:mysql(?:dump|import|admin|sh)?|mariadb|mongo(?:sh|dump|restore)?|sshpass|clickhouse-client|redis-cli|bcp|sqlcmd)\b"
)
_CLIENT_PASSWORD = re.compile(r"(?<![\w-])-[pPa] {0,4}(?P<word>\"[^\"\n]{0,256}\"|'[^'\n]{0,256}'|(?!-)[^\s'\"]{1,256})")
_LOOSE_USERINFO = re.compile(r"://[^\s'\"<>/?#@:]{0,256}:(?P<word>[^\s'\"<>/@]{0,256}[?#][^\s'\"<>@/]{0,256})@(?=[\w\[])")
_SHAPES = re.compile(
    r"(?<![A-Z0-9])(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}(?![0-9A-Z])"
    r"|(?i:bearer|basic)\s{1,4}[A-Za-z0-9._~+/-]{12,}=*"
    r"|(?<![A-Za-z0-9_-])(?:eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*|sk-[A-Za-z0-9_-]{20,}|xox[abeprs]-[\w-]{10,}|glpat-[\w-]{16,})"
    r"|(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|[rs]k_live_\w{10,}|AIza[0-9A-Za-z_-]{35}|dapi[0-9a-f]{32})"
    r"|-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,32}PRIVATE KEY-----|\Z)"
    r"|(?<![A-Za-z0-9/+_.-])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[a-z])(?=[A-Za-z0-9/+]{0,39}[0-9])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_.-])"
)
_STRONG_NAME = re.compile(
    r"(password|passwd|passphrase|secret|privatekey|accesskey|apikey|accountkey|credential|authorization|connectionstring|connstr"
    r"|(?:access|refresh|auth|bearer|session|api|id|security)token)"
)
_ENDS = ("pwd", "token", "auth", "pass", "signature", "sas", "cookie", "keyid")
_SEPARATORS = str.maketrans("", "", "_-. ")


def secret_edits(text: str) -> list[Edit]:
    """Every secret in a free text, sorted, none overlapping."""
    found = _userinfo(text) if "@" in text else []
    if "=" in text or ":" in text:
        found += [Edit(match.start(1), match.end(1), DROPPED, None) for match in _PAIR.finditer(text)]
    found += [Edit(match.start(), match.end(), DROPPED, None) for match in _SHAPES.finditer(text)]
    found += _formed(text)
    return _disjoint(found)


def name_edits(name: str) -> list[Edit]:
    """Credentials inside a URI that serves as a name; the name stays otherwise as it is."""
    found = _userinfo(name) if "@" in name else []
    if "@" in name and ":" in name:
        found += [Edit(*span, DROPPED, None) for span in _addressed(name)]
    if "=" in name:
        found += [Edit(match.start(1), match.end(1), DROPPED, None) for match in _PAIR.finditer(name)]
    return _disjoint(found)


def names_secret(key: str) -> bool:
    """Whether what stands under this key or variable name is a secret."""
    plain = key.translate(_SEPARATORS).lower()
    return plain.endswith(_ENDS) or _STRONG_NAME.search(plain) is not None


def holds_secret_column(name: str) -> bool:
    """Whether a column of this name surely holds secrets (narrower than `names_secret`: `token` may be a word of a text)."""
    return _STRONG_NAME.search(name.translate(_SEPARATORS).lower()) is not None


def _userinfo(text: str) -> list[Edit]:
    found = []
    for match in _USERINFO.finditer(text):
        group = match.lastgroup or ""
        scheme = _SCHEME.search(text[max(0, match.start() - _LONGEST_SCHEME) : match.start()])
        names_place = group == "user" and scheme is not None and scheme.group().lower() in _ACCOUNT_SCHEMES
        if not names_place and match.group(group) != DROPPED:
            found.append(Edit(match.start(group), match.end(group), DROPPED, None))
    return found


def _formed(text: str) -> list[Edit]:
    """Secrets that the form around them tells."""
    found = [match.span(match.lastgroup or 0) for match in _FORMS.finditer(text)]
    found += _addressed(text) if "@" in text else []
    if " -" in text:
        for line in _LINE.finditer(text):
            client = _CLIENT.search(text, *line.span())
            if client is not None:
                found += [match.span("word") for match in _CLIENT_PASSWORD.finditer(text, client.end(), line.end())]
    return [Edit(start, end, DROPPED, None) for start, end in found if text[start:end] != DROPPED]


def _addressed(text: str) -> list[tuple[int, int]]:
    """Passwords in addresses that are no plain URIs: of a JDBC driver, or with signs in them that would end a host."""
    found = [match.span("word") for pattern in (_JDBC, _LOOSE_USERINFO) for match in pattern.finditer(text)]
    return [(start, end) for start, end in found if text[start:end] != DROPPED]


def _disjoint(edits: list[Edit]) -> list[Edit]:
    """Sorted, with overlapping secrets merged into one."""
    merged: list[Edit] = []
    for edit in sorted(edits):
        if merged and edit.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Edit(last.start, max(last.end, edit.end), DROPPED, None)
        else:
            merged.append(edit)
    return merged
