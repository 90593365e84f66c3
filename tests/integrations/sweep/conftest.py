"""Stages to play on."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from integrations.sandbox.tracker import SandboxTracker
from testmgmt.accounts.service_accounts import sync_account
from testmgmt.core.permissions import Role
from testmgmt.projects.services import set_member
from tests.integrations.sweep.clock import virtual_clock
from tests.integrations.sweep.hands import AzureHands, GitHubHands, JiraHands, PlatformHands
from tests.integrations.sweep.stage import Stage, forget_connectors

pytest.register_assert_rewrite("tests.integrations.sweep.story")
PAIRS = {
    "platform-jira-cloud": ("platform", "cloud"),
    "platform-jira-server": ("platform", "server"),
    "platform-azure-devops": ("platform", "azure"),
    "platform-github": ("platform", "github"),
    "jira-github": ("cloud", "github"),
    "jira-jira": ("cloud", "server"),
}
MAKERS: dict[str, Callable[[str], object]] = {
    "cloud": lambda name: JiraHands(name, "cloud"),
    "server": lambda name: JiraHands(name, "server"),
    "azure": AzureHands,
    "github": GitHubHands,
}


@pytest.fixture
def clock(monkeypatch):
    with virtual_clock(monkeypatch) as virtual:
        yield virtual


@pytest.fixture(params=list(PAIRS))
def pair(request):
    return request.param


@pytest.fixture
def play(clock, pair, shop, tom, ada, monkeypatch):
    """Return what opens a stage in the first moment of its world; nothing of it stays."""
    kinds = PAIRS[pair]
    if "platform" in kinds:
        account = sync_account()
        set_member(user=ada, project_id=shop.pk, username=account.username, role=Role.TESTER)
    hands = [
        PlatformHands(shop, tom) if kind == "platform" else MAKERS[kind](f"Tracker {side}")
        for side, kind in zip("ab", kinds, strict=True)
    ]
    trackers = [one.tracker for one in hands if one.tracker]

    @contextmanager
    def opened() -> Iterator[Stage]:
        random.seed(7)  # the pauses after failures
        for tracker in trackers:
            _begin(tracker)
        with transaction.atomic(), monkeypatch.context() as patch:
            stage = Stage(*hands, clock, shop if "platform" in kinds else None)
            stage.connect()
            with stage.watched(patch):
                yield stage
            forget_connectors()
            transaction.set_rollback(True)

    for tracker in trackers:
        tracker.__enter__()
    yield opened
    for tracker in trackers:
        tracker.close()
    assert connection.in_atomic_block


def _begin(tracker: SandboxTracker) -> None:
    tracker.faults()
    tracker.change_state({"reset": True})
    tracker.clear_calls()
