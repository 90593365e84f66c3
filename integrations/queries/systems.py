"""Trackers that somebody may use: each holds an account there, so not everybody may."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from integrations.models import System
from integrations.queries.connections import PLATFORM, Tracker, tracker_of
from testmgmt.accounts.models import User
from testmgmt.core.errors import NotFoundError
from testmgmt.core.permissions import ACTIONS, Action
from testmgmt.projects.permissions import may_create_projects, visible_projects

_CONFIGURERS = [role for role, actions in ACTIONS.items() if Action.CONFIGURE in actions]


@dataclass(frozen=True, slots=True)
class SystemPage:
    """A tracker with what was filled in; nothing secret is among `known`."""

    system: System
    tracker: Tracker
    known: Mapping[str, str]


def usable_systems(user: User) -> QuerySet[System]:
    """Return the trackers that somebody connected, or administers a connection of; by name."""
    systems = System.objects.exclude(kind=PLATFORM).order_by("name")
    if may_create_projects(user):
        return systems
    administered = visible_projects(user).filter(
        memberships__user=user, memberships__role__in=_CONFIGURERS
    )
    mine = Q(created_by=user) | Q(endpoints__connection__project__in=administered)
    return systems.filter(mine).distinct()


def usable_system(user: User, system_id: UUID) -> System:
    """Return a tracker that somebody may use: it holds an account there."""
    system = usable_systems(user).filter(pk=system_id).first()
    if system is None:
        raise NotFoundError("There is no such system.")
    return system


def systems_for(user: User, condition: Q, order: Sequence[str]) -> QuerySet[System]:
    """Return the trackers that somebody may use and that meet a condition, in this order."""
    return usable_systems(user).filter(condition).order_by(*order)


def system_page(user: User, system_id: UUID) -> SystemPage:
    """Return a tracker that somebody may use, with what was filled in."""
    system = usable_system(user, system_id)
    tracker = tracker_of(system.kind)
    stored: Mapping[str, str] = json.loads(system.credentials or "{}")
    plain = [field.name for field in tracker.config_fields if not field.is_secret]
    known = {name: stored.get(name, "") for name in plain}
    return SystemPage(system, tracker, {**known, "base_url": system.base_url})


def free_system_name(label: str) -> str:
    """Return a name for one more tracker of a kind."""
    taken = set(System.objects.filter(name__startswith=label).values_list("name", flat=True))
    candidates = [label, *(f"{label} {number}" for number in range(2, len(taken) + 3))]
    return next(name for name in candidates if name not in taken)
