"""What differs between the two kinds of Jira: people, rich text, sign-in, refusals."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from werkzeug import Request, Response

from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.errors import FieldError, JiraError
from integrations.sandbox.jira.model import Json

MAX_TEXT = 32_767
TOO_LONG = "The entered text is too long. It exceeds the allowed limit of {:,} characters."


class Face(ABC):
    """One kind of Jira."""

    deployment: ClassVar[str]
    version: ClassVar[str]
    release: ClassVar[tuple[int, ...]]

    @abstractmethod
    def sign_in(self, request: Request, accounts: Mapping[str, Account]) -> Account | None:
        """Return who calls, perhaps nobody; None where the credentials are wrong."""

    @abstractmethod
    def refuse_sign_in(self) -> Response:
        """Return the answer to a call that must have an account."""

    @abstractmethod
    def person(self, account: Account, base_url: str) -> Json:
        """Return an account as JSON."""

    @abstractmethod
    def find_person(self, raw: Any, accounts: Mapping[str, Account]) -> Account:
        """Return the account that a field value means."""

    @abstractmethod
    def read_rich(self, raw: Any) -> Any:
        """Return the rich text to store; FieldError where it is none."""

    @abstractmethod
    def read_comment(self, raw: Any) -> Any:
        """Return the body of a comment to store."""

    @abstractmethod
    def document(self, stored: Any) -> Json:
        """Return stored rich text as an Atlassian document."""

    @abstractmethod
    def wiki(self, stored: Any) -> str:
        """Return stored rich text as wiki markup."""

    @abstractmethod
    def from_wiki(self, text: str) -> Any:
        """Return wiki markup that a person typed as rich text to store."""

    @staticmethod
    def refuse(error: JiraError) -> Json:
        """Return the body of an answer that is not a success."""
        return {"errorMessages": error.messages, "errors": error.fields}


def avatars(base_url: str, number: int) -> Json:
    """Return the pictures that everything in Jira has; nobody draws them here."""
    return {
        f"{size}x{size}": f"{base_url}/avatar/{number}?size={size}" for size in (48, 24, 16, 32)
    }


def not_too_long(text: str) -> None:
    """Refuse text over Jira's limit."""
    if len(text) > MAX_TEXT:
        raise FieldError(TOO_LONG.format(MAX_TEXT))
