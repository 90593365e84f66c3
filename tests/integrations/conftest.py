"""Connections for these tests: to a memory tracker, and to a Jira on loopback."""

import json

import pytest

from integrations import registry, services
from integrations.connectors.platform.mapping import item_id
from integrations.models import System
from integrations.sandbox.jira.sandbox import SandboxJira
from tests.factories.defects import DefectFactory
from tests.factories.integrations import SystemFactory, joined, pass_time

JIRA_TOKEN = "sandbox-t0ken"
ENG, OPS = "10000", "10001"


@pytest.fixture
def memory_platform(monkeypatch):
    monkeypatch.setitem(registry.CONNECTORS, "platform", registry.CONNECTORS["memory"])
    registry.connector_class.cache_clear()
    yield
    registry.connector_class.cache_clear()


@pytest.fixture
def both(shop, memory_platform):
    """Return a connection of the shop that is switched on, with its two trackers."""
    return joined(shop)


@pytest.fixture
def cloud():
    """Return a Jira that answers on loopback."""
    with SandboxJira({"sync": JIRA_TOKEN}, "cloud") as opened:
        yield opened


@pytest.fixture
def tracker(cloud, ada):
    """Return that Jira as a system that Ada connected."""
    secret = {"username": "sync@example.com", "token": JIRA_TOKEN}
    system = SystemFactory(
        kind="jira",
        name="Our Jira",
        base_url=cloud.url,
        credentials=json.dumps(secret),
        is_private_allowed=True,
        created_by=ada,
    )
    services.verify_system(user=ada, system_id=system.pk)
    system.refresh_from_db()
    return system


@pytest.fixture
def connection(tracker, shop, ada):
    """Return the shop's connection to a project of that Jira, switched on."""
    target = services.Target(tracker.pk, ENG, "Engineering (ENG)")
    made = services.connect_project(user=ada, project_id=shop.pk, target=target)
    services.enable(user=ada, connection_id=made.pk)
    services.drain(system_id=tracker.pk)
    return made


@pytest.fixture
def defect(shop, tom):
    return DefectFactory(project=shop, title="Login fails", reporter=tom)


@pytest.fixture
def minute():
    """Return what a minute of a worker's life does."""

    def pass_by():
        pass_time(61)
        for system in System.objects.order_by("kind"):
            services.drain(system_id=system.pk)

    return pass_by


@pytest.fixture
def linked(connection, defect, tom, minute):
    """Return a defect with its issue in that Jira."""
    services.request_sync(user=tom, project_id=defect.project_id, item_ids=[item_id(defect.pk)])
    minute()
    return defect
