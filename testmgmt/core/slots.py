"""Named places in pages and lists that other packages fill at start-up.

The product offers a place (`{% slot "defect.aside" defect %}`) and knows nobody who fills it. A
filler gives the URL of a fragment, which the page fetches; so a page costs no query for it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from testmgmt.core.permissions import Action


@dataclass(frozen=True, slots=True)
class Filler:
    """What stands in a place: a label, an icon of the sprite, and a URL for the given thing.

    Where it does something, `action` is what somebody has to be allowed to do, and `is_for` says
    of which places (a project, say) it has anything to offer.
    """

    label: str
    icon: str
    url: Callable[[Any], str]
    action: Action = Action.VIEW
    is_for: Callable[[Any], bool] = lambda _place: True


_fillers: dict[str, list[Filler]] = defaultdict(list)


def fill(place: str, filler: Filler) -> None:
    """Put a filler into a place, behind those already there."""
    _fillers[place].append(filler)


def fillers_of(place: str) -> list[Filler]:
    """Return what stands in a place."""
    return list(_fillers[place])
