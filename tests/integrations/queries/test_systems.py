"""Trackers hold an account, so only those who answer for one may use it."""

import pytest

from integrations.queries import free_system_name, usable_systems
from testmgmt.accounts.models import User
from tests.factories.integrations import SystemFactory
from tests.factories.projects import MembershipFactory, ProjectFactory


@pytest.fixture
def system(connection):
    return connection.endpoints.get(side="b").system


def names(user):
    return [one.name for one in usable_systems(user)]


def test_who_connected_it_and_who_administers_a_connected_project(system, shop, ada, sam):
    MembershipFactory(project=shop, user=sam, role="admin")

    assert names(ada) == names(sam) == ["Our Jira"]


@pytest.mark.parametrize("role", ["viewer", "tester", "lead"])
def test_nobody_else_in_the_project(system, shop, sam, role):
    MembershipFactory(project=shop, user=sam, role=role)

    assert names(sam) == []


def test_no_administrator_of_another_project(system, sam):
    MembershipFactory(project=ProjectFactory(), user=sam, role="admin")

    assert names(sam) == []


def test_administrators_of_the_installation(system, sam):
    User.objects.filter(pk=sam.pk).update(is_staff=True)

    assert names(User.objects.get(pk=sam.pk)) == ["Our Jira"]


def test_a_system_stands_once_however_many_connections_it_has(system, shop, ada):
    SystemFactory(name="Another", created_by=ada)

    assert names(ada) == ["Another", "Our Jira"]


def test_a_name_that_is_taken_gets_a_number(db):
    SystemFactory(name="Jira")
    SystemFactory(name="Jira 2")

    assert free_system_name("Jira") == "Jira 3"
    assert free_system_name("GitHub") == "GitHub"
