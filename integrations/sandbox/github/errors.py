"""What GitHub refuses, in its own words."""

from collections.abc import Mapping
from typing import Any

_DOCS = "https://docs.github.com/rest"


class GitHubError(Exception):
    """An answer that is not a success: a message, and one entry for each wrong field."""

    def __init__(
        self,
        status: int,
        message: str,
        *errors: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
        url: str = "",
    ) -> None:
        super().__init__(f"{status} {message} {errors}")
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = dict(headers or {})
        self.url = url

    def body(self) -> dict[str, Any]:
        """Return the answer's JSON."""
        body: dict[str, Any] = {"message": self.message}
        if self.errors:
            body["errors"] = list(self.errors)
        if self.url:
            body["url"] = self.url
        return {**body, "documentation_url": _DOCS, "status": str(self.status)}

    def sentences(self) -> list[str]:
        """Return what a person reads."""
        told = [str(error.get("message") or _in_words(error)) for error in self.errors]
        return told or [self.message]


def not_found() -> GitHubError:
    """Return what GitHub says of what is not there or not to be seen."""
    return GitHubError(404, "Not Found")


def no_access() -> GitHubError:
    """Return what GitHub says to a fine-grained token that does not reach so far."""
    return GitHubError(403, "Resource not accessible by personal access token")


def no_admin() -> GitHubError:
    """Return what GitHub says to an account that may look, but not change."""
    return GitHubError(403, "Must have admin rights to Repository.")


def invalid(
    resource: str, field: str, code: str = "invalid", message: str = "", **more: Any
) -> GitHubError:
    """Return the refusal of one value."""
    entry = {"resource": resource, "field": field, "code": code, **more}
    if message:
        entry["message"] = message
    return GitHubError(422, "Validation Failed", entry)


def bad_request(sentence: str) -> GitHubError:
    """Return the refusal of a body that does not have the documented shape."""
    return GitHubError(422, f"Invalid request.\n\n{sentence}")


def missing(name: str) -> GitHubError:
    """Return the refusal of a body without a required field."""
    return bad_request(f'"{name}" wasn\'t supplied.')


def _in_words(error: Mapping[str, Any]) -> str:
    return f"{error.get('field', '')}: {str(error.get('code', '')).replace('_', ' ')}"
