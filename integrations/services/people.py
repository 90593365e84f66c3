"""Who is who: the same human under the accounts of two systems.

An admin's own mapping comes first, then the users of this product by the account that they use
here, then an e-mail address that both sides know. Nobody is guessed by name.
"""

import time
from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from integrations.base.errors import SkippableError
from integrations.base.items import Person
from integrations.engine.ports import Place
from integrations.engine.rules.model import PeopleLookup
from integrations.engine.state import Side, other
from integrations.models import Identity, System
from testmgmt.accounts.models import User

PLATFORM = "platform"
FORGET_AFTER = 600.0
"""Seconds after which somebody whom the other side did not know is looked for again."""

_unknown: dict[tuple[UUID, UUID, str], float] = {}


def directory(systems: Mapping[Side, System], places: Mapping[Side, Place]) -> PeopleLookup:
    """Return how to find the account of the other side for a person of one side."""
    known: dict[tuple[Side, str], Person | None] = {}

    def find(side: Side, person: Person) -> Person | None:
        if not person.id:
            return None
        key = (side, person.id)
        if key not in known:
            known[key] = _find(systems[side], systems[other(side)], places[other(side)], person)
        return known[key]

    return find


def _find(here: System, there: System, place: Place, person: Person) -> Person | None:
    """Return the person's account in the other system, None where nobody knows it."""
    human = _human(here, person)
    if human:
        account = _account(there, human)
        if account:
            return Person(account, person.name, person.email)
    return _by_email(here, there, place, person)


def _human(system: System, person: Person) -> str:
    if system.kind == PLATFORM:
        return f"user:{person.id}"
    row = Identity.objects.filter(system=system, remote_id=person.id).first()
    return row.person if row else ""


def _account(system: System, human: str) -> str:
    if system.kind == PLATFORM:
        return human.removeprefix("user:") if human.startswith("user:") else ""
    row = Identity.objects.filter(system=system, person=human).order_by("-is_manual").first()
    return row.remote_id if row else ""


def _by_email(here: System, there: System, place: Place, person: Person) -> Person | None:
    """Look the person up by e-mail, and remember whom we found."""
    ours = (here.pk, there.pk, person.id or "")
    if not person.email or _unknown.get(ours, 0.0) > time.monotonic():
        return None
    found = _user(person.email) if there.kind == PLATFORM else _remote(place, person.email)
    if found is None:
        _unknown[ours] = time.monotonic() + FORGET_AFTER
        return None
    _remember(here, there, person, found)
    return found


def _user(email: str) -> Person | None:
    users = list(User.objects.filter(email__iexact=email, is_active=True)[:2])
    return Person(str(users[0].pk), users[0].name, email) if len(users) == 1 else None


def _remote(place: Place, email: str) -> Person | None:
    """Ask the tracker; a lookup that fails leaves the person unknown and stops no item."""
    try:
        found = place.connector.find_people(place.scope, email)
    except SkippableError:
        return None
    same = [one for one in found if (one.email or email).casefold() == email.casefold()]
    return same[0] if len(same) == 1 else None


def _remember(here: System, there: System, person: Person, found: Person) -> None:
    """Keep both accounts as one human; a user of this product gives the human its name."""
    if here.kind == PLATFORM:
        human = f"user:{person.id}"
    elif there.kind == PLATFORM:
        human = f"user:{found.id}"
    else:
        human = _human(here, person) or f"{here.pk}:{person.id}"
    for system, account in ((here, person.id), (there, found.id)):
        if system.kind == PLATFORM or not account:
            continue
        try:
            with transaction.atomic():
                Identity.objects.get_or_create(
                    system=system, remote_id=account, defaults={"person": human}
                )
        except IntegrityError:
            continue
