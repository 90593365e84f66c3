"""What people and programs call by name: choices, members, tags."""

from collections.abc import Iterable, Sequence

from testmgmt.accounts.models import User
from testmgmt.core.errors import DomainError
from testmgmt.projects.models import Choice, Tag


class Choices:
    """The values that a project offers for one field, in their order."""

    def __init__(self, field: str, rows: Sequence[Choice]) -> None:
        self.field = field
        self.rows = rows

    def named(self, text: str, *, field: str = "") -> Choice:
        """Return the value of this slug or name, however it is capitalised."""
        wanted = text.strip().casefold()
        for choice in self.rows:
            if wanted in {choice.slug.casefold(), choice.name.casefold()}:
                return choice
        offered = ", ".join(choice.slug for choice in self.rows if choice.is_active)
        message = f"“{text}” is not offered here; choose from: {offered}."
        raise DomainError(message, field=field or self.field, code="unknown_choice")

    @property
    def default(self) -> Choice:
        """What stands where nobody chose."""
        return next((choice for choice in self.rows if choice.is_default), self.rows[0])

    def of_category(self, category: str) -> Choice | None:
        """Return the first active value of a category."""
        fitting = (c for c in self.rows if c.category == category and c.is_active)
        return next(fitting, None)


def choices_of(project_id: int, *fields: str) -> dict[str, Choices]:
    """Return what a project offers for each of these fields, in one statement."""
    rows = list(Choice.objects.filter(project_id=project_id, field__in=fields))
    return {field: Choices(field, [c for c in rows if c.field == field]) for field in fields}


def members_of(project_id: int) -> list[User]:
    """Return the people of a project by name."""
    members = User.objects.filter(memberships__project_id=project_id, is_active=True)
    return list(members.order_by("first_name", "username", "id"))


def member_named(project_id: int, username: str, *, field: str = "assignee") -> User:
    """Return the member with this username."""
    members = User.objects.filter(memberships__project_id=project_id)
    user = members.filter(username__iexact=username).first()
    if user is None:
        raise DomainError(f"Nobody in this project is called “{username}”.", field=field)
    return user


def tags_named(project_id: int, names: Iterable[str]) -> list[Tag]:
    """Return the tags of these names, making those that are missing; case does not matter."""
    wanted = {name.strip().casefold(): name.strip() for name in names if name.strip()}
    found = {tag.name.casefold(): tag for tag in Tag.objects.filter(project_id=project_id)}
    missing = [name for folded, name in wanted.items() if folded not in found]
    Tag.objects.bulk_create(
        [Tag(project_id=project_id, name=name) for name in missing], ignore_conflicts=True
    )
    if missing:
        found = {tag.name.casefold(): tag for tag in Tag.objects.filter(project_id=project_id)}
    return [found[folded] for folded in wanted]
