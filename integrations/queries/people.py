"""Who is who in a tracker, by what an admin said and by what the sync found out."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from integrations.models import Identity
from integrations.queries.systems import usable_system
from testmgmt.accounts.models import User

_USER = "user:"


@dataclass(frozen=True, slots=True)
class Matched:
    """An account there and whose it is: `username` where it is a user of this product."""

    identity: Identity
    username: str

    @property
    def name(self) -> str:
        """Return the user's name, or the name that was given."""
        return self.username or self.identity.person.partition(":")[2]


def people_of(user: User, system_id: UUID) -> QuerySet[Identity]:
    """Return the accounts of a tracker that are known, by id."""
    system = usable_system(user, system_id)
    return Identity.objects.filter(system=system).order_by("remote_id", "id")


def matched(identities: Iterable[Identity]) -> list[Matched]:
    """Return the accounts with the users behind them; one statement."""
    rows = list(identities)
    ids = [row.person.removeprefix(_USER) for row in rows if row.person.startswith(_USER)]
    users = User.objects.filter(pk__in=[pk for pk in ids if pk.isdecimal()])
    names = {f"{_USER}{pk}": name for pk, name in users.values_list("pk", "username")}
    return [Matched(row, names.get(row.person, "")) for row in rows]
