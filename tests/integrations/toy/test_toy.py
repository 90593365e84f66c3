"""What `integrations/README.md` promises: a folder, one line of the registry, and it syncs."""

import json
from contextlib import contextmanager
from uuid import uuid4

import pytest

from integrations import registry, services
from integrations.base.config import SystemConfig
from integrations.connectors.platform.mapping import item_id
from integrations.models import Link, System
from integrations.services.connections import Target
from testmgmt.core import comments
from testmgmt.core.models import TargetKind
from testmgmt.core.targets import Target as Place
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange
from tests.factories.integrations import SystemFactory, pass_time
from tests.integrations.connectors.contract import ConnectorContract
from tests.integrations.toy.connector import ToyConnector
from tests.integrations.toy.tracker import ToyTracker

LINE = "tests.integrations.toy.connector:ToyConnector"


@pytest.fixture
def toy():
    with ToyTracker() as tracker:
        yield tracker


@pytest.fixture
def connector(toy):
    secret = {"token": toy.token}
    made = ToyConnector(SystemConfig(uuid4(), toy.url, secret, is_private_allowed=True))
    yield made
    made.http.close()


class Human:
    def __init__(self, toy):
        self.toy = toy

    def create(self, title):
        return self.toy.add(title)["id"]

    def edit(self, item_id, title):
        self.toy.edit(item_id, title=title)

    def comment(self, item_id, text):
        return self.toy.comment(item_id, text=text)["id"]

    def delete(self, item_id):
        del self.toy.notes[item_id]


class TestToyContract(ConnectorContract):
    @pytest.fixture
    def scope(self):
        return "main"

    @pytest.fixture
    def type_(self):
        return "Bug"

    @pytest.fixture
    def person(self, toy):
        return Human(toy)

    @pytest.fixture
    def broken(self, toy):
        @contextmanager
        def during(fault):
            toy.fault = fault
            yield
            toy.fault = ""

        return during


@pytest.fixture
def joined(toy, shop, ada, monkeypatch):
    """Return the connection of the shop to the toy, made as an administrator makes it."""
    monkeypatch.setitem(registry.CONNECTORS, "toy", LINE)
    system = SystemFactory(
        kind="toy",
        name="Our toy",
        base_url=toy.url,
        credentials=json.dumps({"token": toy.token}),
        is_private_allowed=True,
        created_by=ada,
    )
    assert services.verify_system(user=ada, system_id=system.pk).is_ok
    made = services.connect_project(
        user=ada, project_id=shop.pk, target=Target(system.pk, "main", "The board")
    )
    services.enable(user=ada, connection_id=made.pk)
    services.drain(system_id=system.pk)
    yield made
    services.engines.connector_of(system).http.close()


def minute():
    pass_time(61)
    for system in System.objects.order_by("kind"):
        services.drain(system_id=system.pk)


def test_a_new_tracker_is_one_line_and_syncs_with_this_product(joined, toy, defect, tom):
    services.request_sync(user=tom, project_id=defect.project_id, item_ids=[item_id(defect.pk)])
    minute()
    [note] = toy.notes.values()
    assert (note["title"], note["by"], note["status"]) == ("Login fails", "sync", "open")

    toy.edit(note["id"], status="closed", title="Login fails in the toy")
    toy.comment(note["id"], text="Seen in the toy.")
    place = Place(TargetKind.DEFECT, defect.pk, defect.project_id)
    comments.add_comment(target=place, user_id=tom.pk, body="Seen here.")
    minute()
    minute()
    defect.refresh_from_db()
    assert (defect.title, defect.status.category) == ("Login fails in the toy", "done")
    said = [one.body.strip() for one in comments.comments_of(TargetKind.DEFECT, defect.pk)]
    assert sorted(said) == ["Seen here.", "Seen in the toy."]
    assert sorted(one["text"] for one in note["comments"]) == ["Seen here.", "Seen in the toy."]

    defects.update_defect(user=tom, defect_id=defect.pk, change=DefectChange(title="Changed here"))
    minute()
    assert note["title"] == "Changed here"
    assert len(toy.notes) == 1
    assert Link.objects.get().state == Link.State.ACTIVE


def test_a_lost_answer_of_the_new_tracker_leaves_one_note(joined, toy, defect, tom):
    toy.fault = "lost answer"
    services.request_sync(user=tom, project_id=defect.project_id, item_ids=[item_id(defect.pk)])
    services.drain(system_id=System.objects.get(kind="toy").pk)
    toy.fault = ""
    minute()
    minute()

    assert len(toy.notes) == 1
    assert Link.objects.get().state == Link.State.ACTIVE
