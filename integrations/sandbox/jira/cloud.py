"""The Cloud face: account ids, Atlassian documents, e-mail and API token."""

import secrets
from collections.abc import Mapping
from typing import Any

from werkzeug import Request, Response

from integrations.sandbox.jira.accounts import ANONYMOUS, Account
from integrations.sandbox.jira.errors import FieldError, JiraError
from integrations.sandbox.jira.face import Face, avatars, not_too_long
from integrations.sandbox.jira.markup import adf, wiki_reader, writers
from integrations.sandbox.jira.model import Json


class Cloud(Face):
    """Jira Cloud with REST API v3."""

    deployment = "Cloud"
    version = "3"
    release = (1001, 0, 0)

    def sign_in(self, request: Request, accounts: Mapping[str, Account]) -> Account | None:
        """Take Basic with e-mail and token; a call without credentials is anonymous."""
        given = request.authorization
        if given is None:
            return None if "Authorization" in request.headers else ANONYMOUS
        email, token = given.username or "", given.password or ""
        for account in accounts.values():
            if account.email == email and _is_token(account, token):
                return account
        return None

    def refuse_sign_in(self) -> Response:
        """Return the 401 of Cloud, which has another form than all other errors."""
        body = (
            '{"message": "Client must be authenticated to access this resource.",'
            ' "status-code": 401}'
        )
        return Response(
            body,
            401,
            {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"},
            content_type="application/json",
        )

    def person(self, account: Account, base_url: str) -> Json:
        """Return an account; the name means nothing on Cloud."""
        return {
            "self": f"{base_url}/rest/api/3/user?accountId={account.account_id}",
            "accountId": account.account_id,
            "accountType": "atlassian",
            "emailAddress": account.email,
            "avatarUrls": avatars(base_url, account.number),
            "displayName": account.display_name,
            "active": account.is_active,
            "timeZone": account.time_zone,
        }

    def find_person(self, raw: Any, accounts: Mapping[str, Account]) -> Account:
        """Find by account id, the only way on Cloud."""
        wanted = raw.get("accountId") or raw.get("id") if isinstance(raw, dict) else None
        for account in accounts.values():
            if account.account_id == wanted:
                return account
        raise FieldError(f"User '{wanted}' does not exist.")

    def read_rich(self, raw: Any) -> Any:
        """Take an Atlassian document, nothing else."""
        if raw is None:
            return None
        if not adf.is_document(raw):
            raise FieldError(
                "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
            )
        return self._checked(raw)

    def read_comment(self, raw: Any) -> Any:
        """Take an Atlassian document with something in it."""
        if not adf.is_document(raw):
            raise FieldError("Comment body is not valid!")
        if not raw["content"]:
            raise FieldError("Comment body can not be empty!")
        return self._checked(raw)

    def document(self, stored: Any) -> Json:
        """Return what is stored, a document already."""
        found: Json = stored
        return found

    def wiki(self, stored: Any) -> str:
        """Return the document in the notation of webhooks."""
        return writers.to_wiki(stored)

    def from_wiki(self, text: str) -> Any:
        """Return the document that the text means, None for no text."""
        return wiki_reader.to_document(text) if text.strip() else None

    @staticmethod
    def _checked(document: Json) -> Json:
        if adf.problems(document):
            raise JiraError(400, ["INVALID_INPUT"])
        not_too_long(writers.to_text(document))
        return document


def _is_token(account: Account, token: str) -> bool:
    is_same = secrets.compare_digest(account.token.encode(), token.encode())
    return bool(account.token) and account.is_active and is_same
