"""Signed requests to another installation, and what its answers mean."""

from http import HTTPStatus
from typing import Any, Unpack

from requests import PreparedRequest

from integrations.base.answers import Answer, Dialect, Words, read_json
from integrations.base.errors import AuthFailedError, ConnectorError, ScopeError
from integrations.base.http import ApiClient, Parts
from integrations.base.signing import Caller, signed_path

ROOT = "/api/peer/"


class PeerDialect(Dialect):
    """How another installation speaks of trouble."""

    name = "The other installation"

    def words(self, answer: Answer) -> Words:
        """Read the detail of a problem document (RFC 9457)."""
        document = read_json(answer)
        detail = document.get("detail") if isinstance(document, dict) else None
        return Words(detail if isinstance(detail, str) else "")

    def error(self, answer: Answer, words: Words) -> ConnectorError | None:
        """Tell refused signatures and broken agreements from the rest."""
        if answer.status == HTTPStatus.UNAUTHORIZED:
            return AuthFailedError(
                f"{self.name} does not know our signature.",
                fix="Compare the four words on both sides and the clocks of both servers; if they"
                " differ, disconnect and pair the two anew.",
            )
        if answer.status == HTTPStatus.CONFLICT:
            return ScopeError(
                words.message or "The two installations no longer agree.",
                fix="Bring both to the same version, or pair them anew.",
            )
        return None


class PeerClient(ApiClient):
    """Signs what it sends; a redirect would lead to another signature, so none is followed."""

    max_redirects = 0

    def __init__(self, base_url: str, caller: Caller | None, **more: Any) -> None:
        super().__init__(base_url, dialect=PeerDialect(), **more)
        self._caller = caller

    def _prepared(self, method: str, url: str, parts: Parts) -> PreparedRequest:
        request = super()._prepared(method, url, parts)
        if self._caller is not None:
            body = request.body or b""
            sent = body.encode() if isinstance(body, str) else body
            path = signed_path(request.path_url)
            request.headers.update(self._caller.headers(method, path, sent))
        return request

    def request(self, method: str, path: str, **parts: Unpack[Parts]) -> Answer:
        """Send a request below the root of the peers' API."""
        return super().request(method, f"{ROOT}{path}", **parts)
