"""Who is who, as an admin says it: that goes before whatever the sync finds out by itself."""

from uuid import UUID

from django.db import transaction

from integrations.models import Identity, System
from integrations.queries.systems import usable_system
from testmgmt.accounts.models import User
from testmgmt.core import audit
from testmgmt.core.errors import DomainError, NotFoundError


@transaction.atomic
def match_person(*, user: User, system_id: UUID, account: str, person: str) -> Identity:
    """Say whose an account of a tracker is: a user's here by name, else `=` and any one name.

    The same name after `=` in two trackers joins accounts of somebody who has none here.
    """
    system = usable_system(user, system_id)
    if not account.strip():
        raise DomainError("Name the account's id in the tracker.", field="account")
    identity, _ = Identity.objects.update_or_create(
        system=system,
        remote_id=account.strip(),
        defaults={"person": _human(person.strip()), "is_manual": True},
    )
    _record(user, system, "matched person")
    return identity


@transaction.atomic
def forget_person(*, user: User, system_id: UUID, identity_id: UUID) -> None:
    """Forget whose an account is; the sync may find out anew."""
    system = usable_system(user, system_id)
    deleted, _ = Identity.objects.filter(system=system, pk=identity_id).delete()
    if not deleted:
        raise NotFoundError("There is no such person.")
    _record(user, system, "forgot person")


def _human(person: str) -> str:
    """Return what rows of one human share."""
    if person.startswith("="):
        if not person[1:].strip():
            raise DomainError("A name has to follow the sign =.", field="person")
        return f"name:{person[1:].strip()[:200]}"
    found = User.objects.filter(username=person, is_active=True).first()
    if found is None:
        raise DomainError(f"There is no user “{person}” here.", field="person")
    return f"user:{found.pk}"


def _record(user: User, system: System, action: str) -> None:
    audit.record(user_id=user.pk, project_id=None, action=action, target=system)
