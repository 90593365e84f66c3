"""How Jira says no."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from integrations.base.answers import Answer, Dialect, Words, read_json
from integrations.base.errors import AuthFailedError, ConnectorError

_QUOTAS = {"jira-quota-global-based", "jira-quota-tenant-based"}


class JiraDialect(Dialect):
    """Reads `errorMessages` and `errors`, the reason of a limit, and locked sign-ins."""

    name = "Jira"

    def words(self, answer: Answer) -> Words:
        """Read Jira's sentences; of a refused sign-in the body has another form."""
        document = read_json(answer)
        if not isinstance(document, Mapping):
            return Words()
        messages = document.get("errorMessages") or [document.get("message") or ""]
        fields = document.get("errors") or {}
        return Words(
            " ".join(str(each) for each in messages),
            {key: str(text) for key, text in fields.items()} if isinstance(fields, dict) else {},
        )

    def error(self, answer: Answer, words: Words) -> ConnectorError | None:
        """Tell a locked sign-in from a missing permission: both are 403."""
        del words
        reason = answer.headers.get("X-Authentication-Denied-Reason", "")
        if answer.status == HTTPStatus.FORBIDDEN and "CAPTCHA" in reason:
            return AuthFailedError(
                "Jira has locked the account's sign-in after too many failures.",
                fix="Sign in once in a browser and answer the CAPTCHA; then check the token.",
            )
        return None

    def rate_limit(self, answer: Answer) -> tuple[str, datetime | None]:
        """Name what is used up: an endpoint, an issue's writes, a quota, or the site.

        https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
        """
        reason = answer.headers.get("RateLimit-Reason", "")
        until = _moment(answer.headers.get("X-RateLimit-Reset", ""))
        if reason in _QUOTAS:
            return "quota", until
        path = answer.url.partition("/rest/api/")[2].partition("?")[0]
        if reason == "jira-per-issue-on-write" and (issue := re.search(r"issue/([\w-]+)", path)):
            return f"issue:{issue[1]}", until
        if reason == "jira-burst-based":
            return f"{answer.method} {re.sub(r'/(?=[^/]*[0-9])[^/]+', '/*', path)}", until
        return "site", until


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
