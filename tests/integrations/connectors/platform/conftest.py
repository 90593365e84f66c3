"""This product as a tracker of the shop."""

from contextlib import contextmanager
from uuid import uuid4

import pytest

from integrations.base.config import SystemConfig
from integrations.connectors.platform.connector import PlatformConnector
from testmgmt.accounts.service_accounts import sync_account
from testmgmt.core.permissions import Role
from tests.factories.projects import MembershipFactory

IN_PROCESS = "no wire between us and ourselves: nothing can be lost or limited on it"


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


@pytest.fixture
def broken(account):
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
