"""What the sync costs in HTTP calls, counted by the trackers that receive them."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

from integrations import services
from integrations.models import Endpoint, Link, LinkEnd
from testmgmt.accounts.service_accounts import sync_account
from testmgmt.core.permissions import Role
from testmgmt.projects.services import set_member
from tests.factories.integrations import pass_time
from tests.integrations.sweep.hands import AzureHands, GitHubHands, JiraHands, PlatformHands
from tests.integrations.sweep.stage import Stage, forget_connectors

TRACKERS = {
    "jira-cloud": lambda: JiraHands("Tracker", "cloud"),
    "azure-devops": lambda: AzureHands("Tracker"),
    "github": lambda: GitHubHands("Tracker"),
}
IDLE_POLL = {"github": 2}
"""Calls of a poll that finds nothing, where it is not one."""
NEWS_POLL = {"github": 3}
"""Calls of a poll that finds something: after two probes a page."""
CHANGED = 100


class Counted(Stage):
    """A stage whose workers keep what they learnt, and whose trackers tell of their calls."""

    def minute(self) -> None:
        """Let a minute pass and the workers do what is due then."""
        pass_time(61)
        for system in self.systems.values():
            services.drain(system_id=system.pk)

    def calls(self, act=lambda: None) -> dict[str, list[str]]:
        """Return the calls of a minute in which something was done, by side."""
        act()
        for tracker in self.trackers():
            tracker.clear_calls()
        self.minute()
        return {
            side: [f"{call.method} {call.path}" for call in hands.tracker.calls()]
            for side, hands in (("a", self.a), ("b", self.b))
            if hands.tracker
        }

    def warm_up(self) -> None:
        """Let all caches know what they can know."""
        for _ in range(3):
            self.minute()


@pytest.fixture
def joined(db):
    """Return what joins two sides by their default rules."""
    with ExitStack() as stack:

        def join(a, b, project=None):
            stage = Counted(a, b, clock=None, project=project)
            for tracker in stage.trackers():
                stack.enter_context(tracker)
            stage.connect()
            stack.callback(forget_connectors)
            return stage

        yield join


@pytest.fixture(params=list(TRACKERS))
def kind(request):
    return request.param


@pytest.fixture
def one(kind, joined, shop, tom, ada):
    """Return a defect joined to an item of a tracker, with warm caches."""
    account = sync_account()
    set_member(user=ada, project_id=shop.pk, username=account.username, role=Role.TESTER)
    stage = joined(PlatformHands(shop, tom), TRACKERS[kind](), shop)
    stage.item = stage.a.create("Login fails", "It breaks.", {"web"})
    stage.warm_up()
    assert Link.objects.get().state == Link.State.ACTIVE
    return stage


def beyond(polls: dict[str, int], kind: str, calls: list[str]) -> list[str]:
    """Return the calls beyond the poll, which goes on all the time and for all items at once."""
    return calls[polls.get(kind, 1) :]


def test_an_idle_poll_is_one_call(one, kind):
    assert len(one.calls()["b"]) == IDLE_POLL.get(kind, 1)


def test_an_edit_here_is_one_read_and_one_write_there(one, kind):
    calls = one.calls(lambda: one.a.retitle(one.item, "Login fails for Ann"))["b"]

    assert len(beyond(IDLE_POLL, kind, calls)) <= 2, calls
    assert one.b.picture(one.b.items()[0]).title == "Login fails for Ann"


def test_an_edit_there_is_at_most_two_calls_there(one, kind):
    [item] = one.b.items()

    calls = one.calls(lambda: one.b.retitle(item, "Login fails for Ann"))["b"]

    assert len(beyond(NEWS_POLL, kind, calls)) <= 2, calls
    assert one.a.picture(one.item).title == "Login fails for Ann"


def test_our_own_write_costs_nothing_when_it_comes_back(one, kind):
    one.calls(lambda: one.a.retitle(one.item, "Login fails for Ann"))

    assert len(one.calls()["b"]) == NEWS_POLL.get(kind, 1)


def test_a_comment_is_one_call_more(one, kind):
    calls = one.calls(lambda: one.a.comment(one.item, "I saw it."))["b"]

    written = [call for call in calls if call.startswith("POST") and "comment" in call.lower()]
    assert len(written) == 1, calls
    assert len(beyond(IDLE_POLL, kind, calls)) <= 2, calls
    assert one.b.picture(one.b.items()[0]).said == ("I saw it.",)


def linked_without_work(stage: Stage, count: int) -> None:
    """Write as many links straight into the tables, of issues and work items that rest."""
    ends = {end.side: end for end in Endpoint.objects.all()}
    jira, azure = stage.a.tracker.site, stage.b.tracker.site
    issue, item = stage.a.tracker.issues()[0], stage.b.tracker.items()[0]
    numbers = range(1_000_000, 1_000_000 + count)
    with jira.work():
        for number in numbers:
            jira.store.put(replace(issue, id=f"{number}", key=f"ENG-{number}", updated=0))
    with azure.work():
        for number in numbers:
            azure.store.put(replace(item, id=f"{number}", changed=0, watermark=0))
    links = [
        Link(connection=stage.connection, state=Link.State.ACTIVE, origin_side="a") for _ in numbers
    ]
    Link.objects.bulk_create(links, batch_size=1000)
    LinkEnd.objects.bulk_create(
        [
            LinkEnd(
                link=link,
                endpoint=ends[side],
                system=ends[side].system,
                side=side,
                item_id=f"{number}",
                key=f"{number}",
            )
            for link, number in zip(links, numbers, strict=True)
            for side in "ab"
        ],
        batch_size=1000,
    )


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.full)])
def test_a_hundred_changes_among_many_links_take_twelve_calls(joined, count):
    stage = joined(JiraHands("Jira", "cloud"), AzureHands("Azure DevOps"))
    items = [stage.a.create(f"Defect {number}", "It breaks.", set()) for number in range(CHANGED)]
    stage.warm_up()
    linked_without_work(stage, count - CHANGED)
    assert Link.objects.filter(state=Link.State.ACTIVE).count() == count
    stage.warm_up()

    def change():
        for number, item in enumerate(items):
            stage.a.retitle(item, f"Defect {number} on rc3")

    calls = stage.calls(change)

    assert sum(len(made) for made in calls.values()) <= 12, calls
    titles = {one.values["System.Title"] for one in stage.b.tracker.items()}
    assert {f"Defect {number} on rc3" for number in range(CHANGED)} <= titles
    assert sum(len(made) for made in stage.calls().values()) == 2
