"""What a project offers to its cases, read once per batch."""

from collections.abc import Iterable
from typing import Any

from testmgmt.accounts.models import User
from testmgmt.cases.models import Section
from testmgmt.cases.queries.offers import custom_specs
from testmgmt.cases.queries.values import CHOICES, PEOPLE
from testmgmt.core.errors import DomainError
from testmgmt.projects.models import Choice, Tag
from testmgmt.projects.names import Choices, choices_of, tags_named

MAX_TAG = 100


def _people_of(project_id: int, usernames: set[str]) -> dict[str, User]:
    if not usernames:
        return {}
    members = User.objects.filter(memberships__project_id=project_id, username__in=usernames)
    return {user.username: user for user in members}


def _sections_of(project_id: int, wanted: set[int]) -> set[int]:
    if not wanted:
        return set()
    own = Section.objects.filter(project_id=project_id, pk__in=wanted)
    return set(own.values_list("pk", flat=True))


class Vocabulary:
    """The choices, fields, people, tags and sections that a batch of cases speaks of.

    Tags that are missing are made. The number of statements does not depend on the batch.
    """

    def __init__(self, project_id: int, batch: Iterable[dict[str, Any]]) -> None:
        values = list(batch)
        names = {str(entry[role]) for entry in values for role in PEOPLE if entry.get(role)}
        sections = {entry["section_id"] for entry in values if entry.get("section_id") is not None}
        self.project_id = project_id
        self.specs = custom_specs(project_id)
        self._choices: dict[str, Choices] = choices_of(project_id, *CHOICES.values())
        self._people = _people_of(project_id, names)
        self._sections = _sections_of(project_id, sections)
        self._tags = self._tags_of({tag for entry in values for tag in entry.get("tags", ())})

    def _tags_of(self, names: set[str]) -> dict[str, Tag]:
        if too_long := next((name for name in names if len(name) > MAX_TAG), None):
            raise DomainError(
                f"The tag “{too_long[:40]}…” is longer than {MAX_TAG} characters.", field="tags"
            )
        found = tags_named(self.project_id, sorted(names)) if names else []
        return {tag.name.casefold(): tag for tag in found}

    def choice(self, name: str, text: str) -> Choice:
        """Return the choice that a field's slug or name means, the default for none."""
        offered = self._choices[CHOICES[name]]
        return offered.named(text, field=name) if text else offered.default

    def is_member(self, username: str) -> bool:
        """Whether somebody of the project has this username."""
        return username in self._people

    def person(self, role: str, username: str) -> User | None:
        """Return the member with a username; nobody for none."""
        if username and username not in self._people:
            raise DomainError(f"Nobody in this project is called “{username}”.", field=role)
        return self._people.get(username)

    def tags(self, names: Iterable[str]) -> list[Tag]:
        """Return the tags of these names, each once, by name."""
        folded = {name.strip().casefold() for name in names if name.strip()}
        return sorted((self._tags[name] for name in folded), key=lambda tag: tag.name)

    def check_section(self, section_id: int | None) -> None:
        """Refuse a section of elsewhere."""
        if section_id is not None and section_id not in self._sections:
            raise DomainError("There is no such section in this project.", field="section")
