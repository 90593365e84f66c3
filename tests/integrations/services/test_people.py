"""Who is who: an admin's word first, then the account, then an e-mail address; never a name."""

import pytest

from integrations.base.errors import DeniedError
from integrations.base.items import Person
from integrations.connectors.memory.connector import MemoryConnector
from integrations.engine.ports import Place
from integrations.models import Identity
from integrations.services import people
from integrations.services.engines import connector_of
from tests.factories.accounts import UserFactory

ANN = Person("u-ann", "Ann Lee", "ann@example.org")


class Knowing(MemoryConnector):
    """A tracker that knows people by e-mail and by name."""

    accounts = (Person("r-1", "Ann Lee", "ann@example.org"), Person("r-2", "Bob", None))
    is_closed = False

    def find_people(self, scope, text):
        self.tracker.call("find_people", "before")
        if self.is_closed:
            raise DeniedError("You may not look for people.")
        return [one for one in self.accounts if text in {one.email, one.name}]


@pytest.fixture
def find(both):
    """Return the lookup from side a, which is this product, to side b."""
    people._unknown.clear()
    both.knowing = Knowing(connector_of(both.systems["b"]).system)
    both.knowing.tracker.calls.clear()
    places = {"a": Place(connector_of(both.systems["a"]), "1"), "b": Place(both.knowing, "MEM")}
    return people.directory(both.systems, places)


@pytest.fixture
def ann(db):
    return UserFactory(username="ann", email="ann@example.org", first_name="Ann")


def identity(both, account, person, **more):
    return Identity.objects.create(
        system=both.systems["b"], remote_id=account, person=person, **more
    )


def here(user):
    return Person(str(user.pk), "Ann Lee", user.email)


def test_finds_an_account_by_its_address_and_remembers_whose_it_is(both, find, ann):
    assert find("a", here(ann)).id == "r-1"

    row = Identity.objects.get()
    assert (row.remote_id, row.person, row.is_manual) == ("r-1", f"user:{ann.pk}", False)


def test_what_is_known_costs_no_call(both, find, ann):
    identity(both, "r-7", f"user:{ann.pk}")

    assert find("a", here(ann)).id == "r-7"
    assert both.knowing.tracker.calls == []


def test_an_admins_word_comes_first(both, find, ann):
    identity(both, "r-7", f"user:{ann.pk}")
    identity(both, "r-8", f"user:{ann.pk}", is_manual=True)

    assert find("a", here(ann)).id == "r-8"


def test_nobody_is_guessed_by_name(both, find, ann):
    stranger = Person(str(ann.pk), "Bob", "other@example.org")

    assert find("a", stranger) is None
    assert find("a", Person(None, "Ann Lee", "ann@example.org")) is None


def test_an_address_that_two_have_is_nobodys(both, find, ann):
    both.knowing.accounts = (ANN, Person("r-9", "Ann Too", "ann@example.org"))

    assert find("a", here(ann)) is None


def test_a_lookup_that_fails_leaves_somebody_unknown_and_blocks_nothing(both, find, ann):
    both.knowing.is_closed = True

    assert find("a", here(ann)) is None
    assert find("a", here(ann)) is None
    assert both.knowing.tracker.calls == ["find_people"]


def test_finds_the_user_of_this_product_by_address(both, find, ann):
    found = find("b", Person("r-1", "Somebody", "ANN@example.org"))

    assert found.id == str(ann.pk)
    assert Identity.objects.get().person == f"user:{ann.pk}"
