"""The Data Center face: names and keys, wiki markup, personal access tokens."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from werkzeug import Request, Response

from integrations.sandbox.jira.accounts import ANONYMOUS, Account
from integrations.sandbox.jira.errors import FieldError
from integrations.sandbox.jira.face import Face, avatars, not_too_long
from integrations.sandbox.jira.markup import wiki_reader
from integrations.sandbox.jira.model import Json


class DataCenter(Face):
    """Jira Data Center with REST API v2."""

    deployment = "Server"
    version = "2"
    release = (10, 3, 5)

    def sign_in(self, request: Request, accounts: Mapping[str, Account]) -> Account | None:
        """Take a bearer token; Basic is switched off, as by default since Jira 11."""
        given = request.authorization
        if given is None:
            return None if "Authorization" in request.headers else ANONYMOUS
        token = given.token or ""
        for account in accounts.values():
            is_same = secrets.compare_digest(account.token.encode(), token.encode())
            if account.token and account.is_active and is_same and given.type == "bearer":
                return account
        return None

    def refuse_sign_in(self) -> Response:
        """Return the 401 page, which is HTML."""
        headers = {
            "X-Seraph-LoginReason": "AUTHENTICATED_FAILED",
            "WWW-Authenticate": 'OAuth realm="sandbox"',
        }
        page = (
            "<html><head><title>Unauthorized (401)</title></head>"
            "<body>Unauthorized (401): AUTHENTICATED_FAILED</body></html>"
        )
        return Response(page, 401, headers, content_type="text/html;charset=UTF-8")

    def person(self, account: Account, base_url: str) -> Json:
        """Return an account: the key never changes, the name may."""
        return {
            "self": f"{base_url}/rest/api/2/user?username={quote(account.name)}",
            "key": account.key,
            "name": account.name,
            "emailAddress": account.email,
            "avatarUrls": avatars(base_url, account.number),
            "displayName": account.display_name,
            "active": account.is_active,
            "timeZone": account.time_zone,
        }

    def find_person(self, raw: Any, accounts: Mapping[str, Account]) -> Account:
        """Find by name, which is what fields are written with."""
        wanted = raw.get("name") if isinstance(raw, dict) else None
        found = accounts.get(str(wanted))
        if found is None:
            raise FieldError(f"User '{wanted}' does not exist.")
        return found

    def read_rich(self, raw: Any) -> Any:
        """Take a string."""
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise FieldError("Operation value must be a string")
        not_too_long(raw)
        return raw or None

    def read_comment(self, raw: Any) -> Any:
        """Take a string with something in it."""
        if not isinstance(raw, str) or not raw.strip():
            raise FieldError("Comment body can not be empty!")
        not_too_long(raw)
        return raw

    def document(self, stored: Any) -> Json:
        """Return the document that the wiki markup means."""
        return wiki_reader.to_document(stored)

    def wiki(self, stored: Any) -> str:
        """Return what is stored, wiki markup already."""
        return str(stored)

    def from_wiki(self, text: str) -> Any:
        """Return the text as it is, None for no text."""
        return text if text.strip() else None
