import pytest

from integrations.base.errors import DeniedError, InvalidError, StaleError
from integrations.base.items import Person, Ref, Want
from testmgmt.core.permissions import Role
from testmgmt.defects.models import Defect
from tests.integrations.connectors.contract import MARKER, ConnectorContract
from tests.integrations.connectors.platform.humans import Author, Human


class TestPlatformContract(ConnectorContract):
    @pytest.fixture(autouse=True)
    def may_delete(self, account):
        account.memberships.update(role=Role.LEAD)

    @pytest.fixture
    def type_(self):
        return "Defect"

    @pytest.fixture
    def person(self, ada, shop):
        return Human(ada, shop)


class TestCaseContract(ConnectorContract):
    @pytest.fixture(autouse=True)
    def may_delete(self, account):
        account.memberships.update(role=Role.LEAD)

    @pytest.fixture
    def type_(self):
        return "Test Case"

    @pytest.fixture
    def person(self, ada, shop):
        return Author(ada, shop)


def test_creates_once_for_one_marker(connector, scope):
    first = connector.create(scope, "Defect", {"title": "Login fails"}, MARKER)
    second = connector.create(scope, "Defect", {"title": "Login fails"}, MARKER)

    assert first.ref == second.ref


def test_writes_a_member_as_assignee_and_a_stranger_by_name(connector, scope, tom):
    item = connector.create(scope, "Defect", {"title": "Login fails"}, MARKER)

    member = connector.update(item, {"assignee": Person(str(tom.pk), "Tom")})
    stranger = connector.update(member, {"assignee": Person("557058:k", "Ken Ito")})

    assert member.fields["assignee"] == Person(str(tom.pk), "Tom", "tom@example.com")
    assert stranger.fields["assignee"] == Person(None, "Ken Ito")


def test_refuses_to_write_over_a_change_it_has_not_seen(connector, scope, ada):
    item = connector.create(scope, "Defect", {"title": "Login fails"}, MARKER)
    Human(ada, Defect.objects.get().project).edit(item.ref.id, "Sign-in fails")

    with pytest.raises(StaleError):
        connector.update(item, {"title": "Login broken"})


def test_is_not_stopped_by_a_comment_that_came_in_between(connector, scope, ada, shop):
    item = connector.create(scope, "Defect", {"title": "Login fails"}, MARKER)
    Human(ada, shop).comment(item.ref.id, "Me too")

    assert connector.update(item, {"title": "Login broken"}).fields["title"] == "Login broken"


def test_shows_a_new_comment_as_a_change(connector, scope, ada, shop):
    item = connector.create(scope, "Defect", {"title": "Login fails"}, MARKER)
    Human(ada, shop).comment(item.ref.id, "Me too")

    found = connector.fetch([item.ref], Want(frozenset()))[item.ref]

    assert found.rev != item.rev


def test_says_what_a_viewer_may_not_do(connector, scope, account):
    account.memberships.update(role=Role.VIEWER)

    with pytest.raises(DeniedError, match="role"):
        connector.create(scope, "Defect", {"title": "Login fails"}, MARKER)


def test_refuses_a_type_that_it_does_not_have(connector, scope):
    with pytest.raises(InvalidError):
        connector.create(scope, "Story", {"title": "Login"}, MARKER)


def test_fetches_a_page_in_a_fixed_number_of_statements(
    connector, scope, ada, shop, django_assert_max_num_queries
):
    human = Human(ada, shop)
    refs = [Ref(connector.system.id, scope, human.create(f"Defect {n}")) for n in range(5)]
    want = Want(frozenset({"title", "labels", "status"}), comments=True)

    with django_assert_max_num_queries(7):
        connector.fetch(refs, want)
