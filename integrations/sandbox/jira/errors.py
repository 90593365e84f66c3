"""What Jira refuses, in its own words."""

from collections.abc import Mapping, Sequence


class JiraError(Exception):
    """An answer that is not a success: `messages` about the call, `fields` by field id."""

    def __init__(
        self, status: int, messages: Sequence[str] = (), fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {messages} {fields}")
        self.status = status
        self.messages = list(messages)
        self.fields = dict(fields or {})


class NeedsLoginError(JiraError):
    """The call asks for an account and has none."""

    def __init__(self) -> None:
        super().__init__(401)


class FieldError(Exception):
    """A value that a field refuses; the message is Jira's."""


def no_issue() -> JiraError:
    """Return what Jira says of an issue that is not there or not to be seen."""
    return JiraError(404, ["Issue does not exist or you do not have permission to see it."])


def no_project(name: str) -> JiraError:
    """Return what Jira says of a project that is not there or not to be seen."""
    return JiraError(404, [f"No project could be found with key '{name}'."])


def not_on_screen(field_id: str) -> str:
    """Return what Jira says of a field that cannot be set."""
    return f"Field '{field_id}' cannot be set. It is not on the appropriate screen, or unknown."
