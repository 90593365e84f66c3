"""Words that defects and cases of this product share as items: ids, people, comments, files."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from integrations.base.errors import InvalidError
from integrations.base.items import Attachment, Comment, Option, Person, Rich
from integrations.richtext.gfm.parse import read_blocks
from integrations.richtext.markdown import render
from testmgmt.accounts.models import User
from testmgmt.core.models import Attachment as File
from testmgmt.core.models import Comment as Said
from testmgmt.projects.models import Choice
from testmgmt.projects.names import members_of

DEFECT, CASE = "D", "C"


def item_id(defect_id: int) -> str:
    """Return the id under which a defect is linked."""
    return f"{DEFECT}-{defect_id}"


def case_item_id(case_id: int) -> str:
    """Return the id under which a case is linked."""
    return f"{CASE}-{case_id}"


def row_id(letter: str, item: str) -> int | None:
    """Return the row of an item's id, None where it is no thing of this letter."""
    own, _, number = item.partition("-")
    return int(number) if own == letter and number.isascii() and number.isdecimal() else None


def rows_of(letter: str, items: Iterable[str]) -> list[int]:
    """Return the rows of those ids that are things of this letter."""
    rows = (row_id(letter, item) for item in items)
    return [row for row in rows if row is not None]


def revision_of(rev: str) -> int:
    """Return the thing's own part of a revision; comments do not stand in a write's way."""
    return int(rev.partition("+")[0])


def person(user: User | None, name: str = "") -> Person | None:
    """Return a member, or somebody whom only a tracker knows, or nobody."""
    if user is not None:
        return Person(str(user.pk), user.name, user.email or None)
    return Person(None, name) if name else None


def rich(text: str) -> Rich:
    """Return our text as it is shown here: a new line in it is a line break."""
    return Rich(render(read_blocks(text)), text)


def written(value: Rich, before: str) -> str:
    """Return a text as we keep it: in the spelling that it had, where it says the same."""
    return before if rich(before).md == value.md else value.md


def options_of(rows: Iterable[Choice], categories: Mapping[str, str]) -> list[Option]:
    """Return the choices that are offered; `categories` are those that a choice lacks itself."""
    return [
        Option(row.slug, row.name, row.category or categories.get(row.slug, ""))
        for row in rows
        if row.is_active
    ]


def comment_of(said: Said) -> Comment:
    """Return what was said as a comment."""
    return Comment(
        id=str(said.pk),
        author=person(said.author, said.author_name) or Person(None, "Somebody"),
        body=rich(said.body),
        created_at=said.created_at,
        rev=str(said.revision),
        is_restricted=said.is_restricted,
        marker=said.marker,
    )


def attachment_of(file: File) -> Attachment:
    """Return a file without its bytes."""
    return Attachment(
        id=str(file.pk),
        name=file.name,
        size=file.blob.size,
        mime=file.mime,
        created_at=file.created_at,
        sha256=file.blob_id,
    )


@dataclass(frozen=True, slots=True)
class Members:
    """The people of a project."""

    users: Collection[User]

    @classmethod
    def of(cls, project_id: int) -> "Members":
        """Return them; one statement."""
        return cls(members_of(project_id))

    def username(self, value: object) -> str:
        """Return what we call a member, empty for anybody else."""
        wanted = value.id if isinstance(value, Person) else None
        return next((user.username for user in self.users if str(user.pk) == wanted), "")

    def member(self, name: str, value: object) -> str:
        """Return what we call somebody who has to be a member, empty for nobody."""
        username = self.username(value)
        if isinstance(value, Person) and not username:
            message = f"{value.name} is no member of the project."
            raise InvalidError(message, fields={name: message}, fix="Map the person.")
        return username

    def person(self, username: str) -> Person:
        """Return the member of this name, or a stranger of this name."""
        found = (user for user in self.users if user.username == username)
        return person(next(found, None), username) or Person(None, username)

    def columns(self, name: str, value: object) -> dict[str, str]:
        """Return the two columns that hold a person: a member, or a name from elsewhere."""
        username = self.username(value)
        stranger = value.name if isinstance(value, Person) and not username else ""
        return {name: username, f"{name}_name": stranger}
