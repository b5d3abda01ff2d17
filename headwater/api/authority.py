"""Who asks: an API key, or the token of the home's owner."""

from __future__ import annotations

import hmac

from headwater.api.replies import Scope
from headwater.app.keyring import Keyring
from headwater.model.errors import Forbidden, Unauthenticated
from headwater.model.keys import LOCAL, Principal, Right


class Authority:
    """Recognises the bearer of a request."""

    def __init__(self, keyring: Keyring, local_token: str | None) -> None:
        self._keyring = keyring
        self._local_token = local_token.encode() if local_token else None

    def identify(self, scope: Scope) -> Principal:
        """Who shows the key in the request's `Authorization` header.

        Raises:  Unauthenticated: no key, or one that is unknown or revoked.
        """
        for name, value in scope["headers"]:
            if name == b"authorization":
                return self._principal(value)
        raise Unauthenticated("cannot serve request: no API key came with it", next_step="send `Authorization: Bearer KEY`")

    def require(self, scope: Scope, right: Right) -> Principal:
        """Who asks, if they hold a right over any namespace at all.

        Raises:  Unauthenticated, Forbidden: no valid key, or a key without this right.
        """
        principal = self.identify(scope)
        if (right == "admin" and not principal.is_admin) or not principal.patterns(right):
            raise Forbidden(f"cannot serve request: the key lacks the `{right}` scope", next_step="headwater key create --help")
        return principal

    def _principal(self, header: bytes) -> Principal:
        scheme, _, secret = header.strip().partition(b" ")
        secret = secret.strip()
        if scheme.lower() == b"bearer" and secret:
            if self._local_token is not None and hmac.compare_digest(secret, self._local_token):
                return LOCAL
            principal = self._keyring.authenticate(secret.decode("latin-1"))
            if principal is not None:
                return principal
        raise Unauthenticated("cannot serve request: the API key is unknown or revoked", next_step="headwater key create")
