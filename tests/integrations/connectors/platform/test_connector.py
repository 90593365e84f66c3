from contextlib import contextmanager
from uuid import uuid4

import pytest

from integrations.base.config import SystemConfig
from integrations.base.errors import DeniedError, InvalidError, StaleError
from integrations.base.items import Person, Ref, Want
from integrations.connectors.platform.connector import PlatformConnector
from testmgmt.accounts.service_accounts import sync_account
from testmgmt.core import comments
from testmgmt.core.models import TargetKind
from testmgmt.core.permissions import Role
from testmgmt.core.targets import Target
from testmgmt.defects import services
from testmgmt.defects.domain import DefectChange, NewDefect
from testmgmt.defects.models import Defect
from tests.factories.projects import MembershipFactory
from tests.integrations.connectors.contract import MARKER, ConnectorContract

IN_PROCESS = "no wire between us and ourselves: nothing can be lost or limited on it"


class Human:
    """Ada at work in the pages."""

    def __init__(self, user, project):
        self.user, self.project = user, project

    def create(self, title):
        draft = NewDefect(title=title)
        made = services.create_defect(user=self.user, project_id=self.project.pk, defect=draft)
        return made.key

    def edit(self, item_id, title):
        change = DefectChange(title=title)
        services.update_defect(user=self.user, defect_id=int(item_id[2:]), change=change)

    def comment(self, item_id, text):
        target = Target(TargetKind.DEFECT, int(item_id[2:]), self.project.pk)
        made = comments.add_comment(target=target, user_id=self.user.pk, body=text)
        return str(made.pk)

    def delete(self, item_id):
        defect = Defect.objects.get(pk=int(item_id[2:]))
        services.delete_defect(user=self.user, defect_id=defect.pk, now=defect.created_at)


@pytest.fixture
def account(shop):
    account = sync_account()
    MembershipFactory(project=shop, user=account, role=Role.TESTER)
    return account


@pytest.fixture
def connector(account):
    system = SystemConfig(uuid4(), "http://here", {}, account_id=str(account.pk))
    return PlatformConnector(system)


@pytest.fixture
def scope(shop):
    return str(shop.pk)


class TestPlatformContract(ConnectorContract):
    @pytest.fixture
    def type_(self):
        return "Defect"

    @pytest.fixture
    def person(self, ada, shop):
        return Human(ada, shop)

    @pytest.fixture
    def broken(self, account):
        @contextmanager
        def faulty(fault):
            if fault != "unauthorised":
                pytest.skip(IN_PROCESS)
            account.is_active = False
            account.save()
            yield
            account.is_active = True
            account.save()

        return faulty


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

    with django_assert_max_num_queries(6):
        connector.fetch(refs, want)
