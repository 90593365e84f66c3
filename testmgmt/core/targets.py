"""What comments and files hang on: features say at start-up where such a thing lives.

Rights are asked of the project that the thing belongs to, never of the file or the comment.
"""

from collections.abc import Callable
from dataclasses import dataclass

from testmgmt.core.errors import NotFoundError
from testmgmt.core.models import TargetKind
from testmgmt.core.permissions import Action


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that something hangs on."""

    kind: TargetKind
    pk: int
    project_id: int


@dataclass(frozen=True, slots=True)
class TargetType:
    """What it takes to add a file to such a thing, and which project a thing is in."""

    action: Action
    project_of: Callable[[int], int | None]


_types: dict[str, TargetType] = {}


def register(kind: TargetKind, target_type: TargetType) -> None:
    """Let things of this kind have files."""
    _types[kind.value] = target_type


def located(kind: str, pk: int) -> tuple[Target, Action]:
    """Return a thing and what changing it takes; the caller asks whether that is allowed."""
    target_type = _types.get(kind)
    project_id = target_type.project_of(pk) if target_type else None
    if target_type is None or project_id is None:
        raise NotFoundError(f"There is no {kind} {pk}.", field="target")
    return Target(TargetKind(kind), pk, project_id), target_type.action
