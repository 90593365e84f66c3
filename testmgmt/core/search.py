"""What the palette finds: each feature adds a finder at start-up, the page asks them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Hit:
    """One suggestion: `key` is what people call it (C-1042), empty where it has no such name."""

    key: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Finder:
    """What one feature finds for (user, text), in one statement and only what the user may see."""

    label: str
    icon: str
    find: Callable[[Any, str], list[Hit]]


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one finder."""

    label: str
    icon: str
    hits: list[Hit]


_finders: list[Finder] = []


def add_finder(finder: Finder) -> None:
    """Let the palette search one more kind of thing."""
    _finders.append(finder)


def search(user: Any, text: str) -> list[Group]:
    """Return what matches, kind by kind; kinds without a hit are left out."""
    wanted = text.strip()
    groups = [Group(one.label, one.icon, one.find(user, wanted)) for one in _finders]
    return [group for group in groups if group.hits]
