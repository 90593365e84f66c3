"""A pair: both ends live in one database, but all that they know of each other came over HTTP."""

import socket
from dataclasses import dataclass, field

import pytest
from django.core.cache import cache

from integrations import services
from integrations.connectors.memory.tracker import MemoryTracker, install
from integrations.connectors.peer.connector import PeerConnector
from integrations.models import Connection, Link, Peer, SyncLog, System
from integrations.services.engines import _kept
from integrations.services.invitations import Invitation, Wish
from tests.factories.integrations import SystemFactory, pass_time
from tests.factories.projects import ProjectFactory


@dataclass
class End:
    """One installation: a project, a tracker, and what it knows of the pairing."""

    user: object
    project: object
    system: System
    tracker: MemoryTracker
    pk: object = None
    wish: Wish = field(init=False)

    def __post_init__(self):
        target = services.Target(self.system.pk, "MEM")
        self.wish = Wish(target, f"To {self.system.name}", is_private_allowed=True)

    @property
    def connection(self) -> Connection:
        return Connection.objects.get(pk=self.pk)

    @property
    def peer(self) -> Peer:
        return self.connection.peer

    @property
    def far(self) -> System:
        return self.connection.endpoints.get(side="b").system

    def link(self) -> Link:
        return self.connection.links.get()

    def log(self) -> list[str]:
        rows = SyncLog.objects.filter(connection=self.pk).order_by("at", "id")
        return [row.message for row in rows]

    def invite(self, **more) -> Invitation:
        made = services.invite(user=self.user, project_id=self.project.pk, wish=self.wish, **more)
        self.pk = made.connection_id
        return made

    def accept(self, code, **more) -> None:
        made = services.accept_invitation(
            user=self.user, project_id=self.project.pk, code=code, wish=self.wish, **more
        )
        self.pk = made.pk

    def enable(self) -> None:
        services.enable(user=self.user, connection_id=self.pk)

    def work(self) -> None:
        """Do what a worker does once a minute."""
        for system in (self.system, self.far):
            services.drain(system_id=system.pk)

    def record(self):
        [record] = self.tracker.records.values()
        return record


@dataclass
class Pair:
    """The inviting side, and the side that was invited."""

    a: End
    b: End

    def meet(self, **more) -> None:
        self.b.accept(self.a.invite().code, **more)
        for end in (self.a, self.b):
            end.enable()

    def minutes(self, count=3) -> None:
        """Let both work; each hears of the other's doing a minute later."""
        for _ in range(count):
            for end in (self.a, self.b):
                end.work()
            pass_time(61)


@pytest.fixture
def closed_port():
    """Return a port at which nothing answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def ends(live_server, settings, ada, shop):
    """Return two installations that do not know each other."""
    cache.clear()
    settings.PUBLIC_URL = live_server.url
    ada.is_superuser = ada.is_staff = True
    ada.save()
    made = []
    for name, project in (("A", shop), ("B", ProjectFactory(key="FAR", name="Far Shop"))):
        system = SystemFactory(name=name, created_by=ada)
        tracker = MemoryTracker(scope="MEM")
        install(system.pk, tracker)
        made.append(End(ada, project, system, tracker))
    yield Pair(*made)
    for _wanted, _at, connector, _meter in _kept.connectors.values():
        if isinstance(connector, PeerConnector):
            connector._client.close()  # or the server's threads outlive its database
    _kept.connectors.clear()


@pytest.fixture
def pair(ends):
    """Return two installations that are paired and switched on, offering all that is new."""
    ends.meet()
    for end in (ends.a, ends.b):
        version = end.connection.versions.get(state="published")
        version.rules = {**version.rules, "create": {"a": "auto", "b": "auto"}}
        version.save()
    ends.minutes(1)
    return ends
