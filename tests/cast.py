"""The same four people everywhere: Ada administers, Tom tests, Vera views, Sam is a stranger."""

import pytest

from testmgmt.core.permissions import Role
from tests.factories.accounts import UserFactory
from tests.factories.projects import MembershipFactory, ProjectFactory


@pytest.fixture
def shop(db):
    return ProjectFactory(key="SHOP", name="Web Shop")


def _member(project, name, role):
    user = UserFactory(username=name)
    MembershipFactory(project=project, user=user, role=role)
    return user


@pytest.fixture
def ada(shop):
    return _member(shop, "ada", Role.ADMIN)


@pytest.fixture
def tom(shop):
    return _member(shop, "tom", Role.TESTER)


@pytest.fixture
def vera(shop):
    return _member(shop, "vera", Role.VIEWER)


@pytest.fixture
def sam(db):
    return UserFactory(username="sam")
