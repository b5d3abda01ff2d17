"""Money and secrets: cards, accounts, tokens by their issuers' documented prefixes, keys, hashes of passwords, connection strings.

Source of the prefixes: each issuer's public documentation of its tokens' format; of hashes: crypt(5), RFC 9106, RFC 2307.
"""

from __future__ import annotations

from headwater.capture.classify.values import checks
from headwater.capture.classify.values.formats import Form

_TOKENS = {
    "aws": r"(?:AKIA|ASIA|AROA|AIDA)[A-Z2-7]{16}",
    "github": r"gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}",
    "gitlab": r"gl(?:pat|ptt|dt|rt|soat|ft|imt|agent|cbt)-[\w-]{20,}",
    "slack": r"xox[abposre]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Z0-9]+-\d+-[a-f0-9]+|https://hooks\.slack\.com/services/T\w+/B\w+/\w+",
    "stripe": r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{20,}",
    "google": r"AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}",
    "openai": r"sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,}",
    "anthropic": r"sk-ant-[\w-]{20,}",
    "huggingface": r"hf_[A-Za-z]{30,}",
    "twilio": r"(?:SK|AC)[0-9a-f]{32}",
    "sendgrid": r"SG\.[\w-]{16,32}\.[\w-]{16,64}",
    "mailgun": r"key-[0-9a-z]{32}",
    "npm": r"npm_[A-Za-z0-9]{36}",
    "pypi": r"pypi-[A-Za-z0-9_-]{16,}",
    "digitalocean": r"do[opr]_v1_[a-f0-9]{64}",
    "shopify": r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    "databricks": r"dapi[a-f0-9]{32}(?:-\d)?",
    "square": r"(?:EAAA|sq0[a-z]{3}-)[\w-]{22,}",
    "telegram": r"\d{8,10}:AA[\w-]{33}",
    "vault": r"hv[sbr]\.[\w-]{24,}",
    "grafana": r"gl(?:c|sa)_[A-Za-z0-9+/=_]{30,}",
    "discord": r"[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,38}",
    "azure": r"[A-Za-z0-9+/]{86}==|[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}",
    "headwater": r"hw_[a-z0-9]{12}_\S{24,}",
    "bearer": r"(?i:bearer) [A-Za-z0-9._~+/-]{20,}=*",
}
TOKEN = "|".join(f"(?:{expression})" for expression in _TOKENS.values())
PRIVATE_KEY = r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
JWT = r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"
CONNECTION = r"[a-z][a-z0-9+.-]{2,30}://[^\s:/@]{0,80}:[^\s/@]{1,200}@[^\s]+"
_KEYED_CONNECTION = (
    r"(?is)(?=.*(?:server|host|data source|accountname|endpoint)\s*=)(?=.*(?:password|pwd|accountkey|sharedaccesskey)\s*=).+"
)
HASH = (
    r"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$v=\d+\$\S+|\$(?:1|5|6|7|y|gy|apr1|P|H)\$\S{8,}|\$scrypt\$\S+|"
    r"pbkdf2[_:$-]\S{16,}|\$pbkdf2\S*\$\S+|scrypt:\d+:\S+|\{(?:SSHA|SHA|SMD5|MD5|CRYPT|SSHA256|SSHA512|bcrypt|noop)\}\S+|\*[0-9A-F]{40}|sha\d*\$\w+\$[0-9a-f]{32,}"
)

ACCOUNTS = (
    Form("CREDIT_CARD", r"\d{12,19}", 1.5, checks.card, 0.02, compact=True, cap=8.0),
    Form("CREDIT_CARD", r"(?:\d[ *xX•-]*){4,6}[*xX•]{4,}[ -]*\d{4}|[*xX•]{4,}[ -]?(?:[*xX•]{4}[ -]?)*\d{4}", 5.5),
    Form("IBAN", r"(?i)[A-Z]{2}\d{2}[A-Z0-9]{11,30}", 3.5, checks.iban, 0.011, compact=True),
    Form(
        "BIC",
        r"[A-Z]{4}(?:AT|AU|BE|BG|BR|CA|CH|CN|CY|CZ|DE|DK|EE|ES|FI|FR|GB|GR|HK|HR|HU|IE|IN|IS|IT|JP|KR|LI|LT|LU|LV|MC|MT|MX|NL|NO|NZ|PL|PT|RO|RU|SE|SG|SI|SK|TR|UA|US|ZA|AE|SA|IL)[A-Z0-9]{2}(?:[A-Z0-9]{3})?",
        5.0,
    ),
    Form("US_ROUTING_NUMBER", r"\d{9}", -0.2, checks.routing, 0.035),
    Form("CARD_TRACK", r"%?B\d{12,19}\^[^^]{2,26}\^\d{7}.*|;\d{12,19}=\d{7,}.*", 9.0),
    *(Form("API_TOKEN", expression, 9.0, provider=provider) for provider, expression in _TOKENS.items()),
    Form("PRIVATE_KEY", rf"(?s)\s*{PRIVATE_KEY}.*", 9.5),
    Form("JWT", rf"(?i:bearer )?{JWT}", 9.5),
    Form("PASSWORD_HASH", HASH, 9.0),
    Form("CONNECTION_STRING", CONNECTION, 9.0),
    Form("CONNECTION_STRING", _KEYED_CONNECTION, 8.0),
)
