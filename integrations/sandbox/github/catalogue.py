"""What the site begins with: an organization, its repositories, labels and types of issue."""

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.sandbox.github.model import Repository

ORGANIZATION = "acme"
ORGANIZATION_ID = 4000
BRANCH = "main"


@dataclass(frozen=True, slots=True)
class IssueType:
    """A type of issue, the same in all repositories of the organization."""

    id: int
    name: str
    description: str
    color: str


TYPES: Sequence[IssueType] = (
    IssueType(301, "Task", "A specific piece of work", "yellow"),
    IssueType(302, "Bug", "An unexpected problem or behavior", "red"),
    IssueType(303, "Feature", "A request, idea, or new functionality", "blue"),
)

# What GitHub puts into a new repository: name, colour, description.
LABELS: Sequence[tuple[str, str, str]] = (
    ("bug", "d73a4a", "Something isn't working"),
    ("documentation", "0075ca", "Improvements or additions to documentation"),
    ("duplicate", "cfd3d7", "This issue or pull request already exists"),
    ("enhancement", "a2eeef", "New feature or request"),
    ("good first issue", "7057ff", "Good for newcomers"),
    ("help wanted", "008672", "Extra attention is needed"),
    ("invalid", "e4e669", "This doesn't seem right"),
    ("question", "d876e3", "Further information is requested"),
    ("wontfix", "ffffff", "This will not be worked on"),
)
NEW_LABEL_COLOR = "ededed"


def repositories(now: int) -> Sequence[Repository]:
    """Return the repositories of a new site: two private ones, and a public one without issues."""
    rows = (
        ("7001", "shop", "The shop that customers see.", True, True),
        ("7002", "ops", "What runs, and what broke at night.", True, True),
        ("7003", "handbook", "How we work.", False, False),
    )
    return [
        Repository(id_, ORGANIZATION, name, about, is_private, has_issues, now, now)
        for id_, name, about, is_private, has_issues in rows
    ]
