"""Connecting a project: no configuration needed, safe by default, for its administrators."""

import json

import pytest
from django.db import connection as database

from integrations import services
from integrations.connectors.memory.tracker import MemoryTracker, install, tracker_of
from integrations.models import Connection, ConnectionVersion, System
from integrations.services.connections import Target
from integrations.services.systems import NewSystem, platform_system
from testmgmt.core.errors import ConflictError, DomainError, ForbiddenError, NotFoundError
from tests.factories.integrations import pass_time
from tests.integrations.services.test_drain import changed, drained, issue

FORM = NewSystem("memory", "Our tracker", "https://memory.example/", {"token": "s3cret"})


@pytest.fixture
def system(shop, ada, memory_platform):
    made = services.connect_system(user=ada, project_id=shop.pk, system=FORM)
    install(made.pk, MemoryTracker(token="s3cret"))
    install(platform_system().pk, MemoryTracker(scope=str(shop.pk)))
    return made


@pytest.fixture
def connection(shop, ada, system):
    services.verify_system(user=ada, system_id=system.pk)
    return services.connect_project(
        user=ada, project_id=shop.pk, target=Target(system.pk, "MEM", "Memory")
    )


def test_credentials_are_kept_encrypted(system):
    with database.cursor() as cursor:
        cursor.execute("SELECT credentials FROM integrations_system WHERE kind = 'memory'")
        [stored] = cursor.fetchone()

    assert "s3cret" not in stored
    assert json.loads(System.objects.get(pk=system.pk).credentials) == {"token": "s3cret"}


def test_a_missing_input_is_named(shop, ada):
    with pytest.raises(DomainError, match="Token is needed") as refusal:
        services.connect_system(
            user=ada, project_id=shop.pk, system=NewSystem("memory", "X", "https://x.example", {})
        )

    assert refusal.value.field == "token"


@pytest.mark.parametrize("kind", ["platform", "unknown"])
def test_only_known_trackers_are_connected(shop, ada, kind):
    with pytest.raises(DomainError, match="no such kind"):
        services.connect_system(
            user=ada, project_id=shop.pk, system=NewSystem(kind, "X", "https://x.example", {})
        )


def test_a_private_address_needs_an_administrator_of_the_installation(shop, ada):
    wish = NewSystem("memory", "X", "http://10.0.0.1", {"token": "x"}, is_private_allowed=True)

    with pytest.raises(ForbiddenError):
        services.connect_system(user=ada, project_id=shop.pk, system=wish)


def test_a_test_tells_who_we_are(ada, system):
    verified = services.verify_system(user=ada, system_id=system.pk)

    system.refresh_from_db()
    assert verified.is_ok
    assert (system.status, system.account_id) == (System.Status.OK, "u-sync")


def test_a_failed_test_says_what_to_mend(ada, system):
    services.update_credentials(user=ada, system_id=system.pk, credentials={"token": "wrong"})

    verified = services.verify_system(user=ada, system_id=system.pk)

    system.refresh_from_db()
    assert [check.message for check in verified.checks if not check.is_ok] == [
        "The token is wrong."
    ]
    assert (system.status, system.status_message) == (System.Status.AUTH, "The token is wrong.")


def test_an_input_left_empty_keeps_its_secret(ada, system):
    services.update_credentials(user=ada, system_id=system.pk, credentials={"token": ""})

    assert json.loads(System.objects.get(pk=system.pk).credentials) == {"token": "s3cret"}


def test_scopes_are_offered(ada, system):
    assert [scope.key for scope in services.scopes_of(user=ada, system_id=system.pk)] == ["MEM"]


def test_a_connection_begins_switched_off_with_rules_that_work(connection):
    assert connection.status == Connection.Status.DRAFT
    assert connection.name == "Our tracker"
    rules = connection.versions.get(state=ConnectionVersion.State.PUBLISHED).rules
    assert [field["id"] for field in rules["fields"]][:3] == ["title", "description", "status"]


def test_the_first_sync_needs_no_more_than_switching_on_and_asking(shop, ada, connection, system):
    services.enable(user=ada, connection_id=connection.pk)
    defect = tracker_of(platform_system().pk).add({"title": "Login fails"})
    services.request_sync(user=ada, project_id=shop.pk, item_ids=[defect.id])

    services.drain(system_id=system.pk)

    [made] = tracker_of(system.pk).records.values()
    assert made.fields["title"] == "Login fails"


def test_a_defect_that_nobody_asked_to_sync_stays_here(shop, ada, connection, system):
    services.enable(user=ada, connection_id=connection.pk)
    defect = tracker_of(platform_system().pk).add({"title": "Login fails"})
    services.item_changed(project_id=shop.pk, item_id=defect.id, why="save", user_id=ada.pk)

    services.drain(system_id=system.pk)

    assert not tracker_of(system.pk).records


def test_asking_once_is_no_leave_for_ever(shop, ada, connection, system):
    services.enable(user=ada, connection_id=connection.pk)
    here = tracker_of(platform_system().pk)
    asked, unasked = here.add({"title": "Asked"}), here.add({"title": "Unasked"})
    services.request_sync(user=ada, project_id=shop.pk, item_ids=[asked.id])
    services.item_changed(project_id=shop.pk, item_id=unasked.id, why="save", user_id=ada.pk)

    services.drain(system_id=system.pk)

    assert [one.fields["title"] for one in tracker_of(system.pk).records.values()] == ["Asked"]


def test_an_issue_never_becomes_a_defect_unasked(ada, connection, system):
    services.enable(user=ada, connection_id=connection.pk)
    services.drain(system_id=system.pk)
    tracker_of(system.pk).add({"title": "Found by others"})
    pass_time(61)

    services.drain(system_id=system.pk)

    assert not tracker_of(platform_system().pk).records


def test_the_same_projects_are_connected_once(shop, ada, system, connection):
    with pytest.raises(ConflictError):
        services.connect_project(user=ada, project_id=shop.pk, target=Target(system.pk, "MEM"))


def test_a_copied_database_stays_off(ada, connection, settings):
    settings.SYNC_INSTALLATION_ID = "another"

    with pytest.raises(ConflictError, match="looks like a copy"):
        services.enable(user=ada, connection_id=connection.pk)


def test_publishing_makes_the_next_version(ada, connection):
    document = connection.versions.get().rules

    version = services.publish_rules(
        user=ada, connection_id=connection.pk, document={**document, "people": {"missing": "clear"}}
    )

    assert version.number == 2
    states = list(connection.versions.order_by("number").values_list("state", flat=True))
    assert states == ["archived", "published"]


def test_wrong_rules_are_refused_with_their_path(ada, connection):
    document = {**connection.versions.get().rules, "types": []}

    with pytest.raises(DomainError, match="types: must have") as refusal:
        services.publish_rules(user=ada, connection_id=connection.pk, document=document)

    assert refusal.value.field == "types"
    assert connection.versions.count() == 1


def test_new_rules_try_again_what_the_old_ones_held(both, ada):
    rules = both.connection.versions.get().rules
    fields = [
        {**one, "map": {"pairs": [["High", "High"]]}} if one["id"] == "priority" else one
        for one in rules["fields"]
    ]
    both.connection.versions.update(rules={**rules, "fields": fields})
    both.a.add({"title": "Login fails", "priority": "Low"})
    changed(both)
    drained(both)
    assert issue(both).fields["priority"] is None

    services.publish_rules(user=ada, connection_id=both.connection.pk, document=rules)
    drained(both)

    assert issue(both).fields["priority"] == "Low"


def test_switching_off_and_disconnecting_leave_the_items(both, ada):
    both.a.add({"title": "Login fails"})
    changed(both)
    drained(both)

    services.pause(user=ada, connection_id=both.connection.pk)
    services.disconnect(user=ada, connection_id=both.connection.pk)

    assert not Connection.objects.exists()
    assert len(both.a.records) == len(both.b.records) == 1


def test_only_administrators_of_the_project_configure(shop, tom, sam, connection, system):
    for somebody, error in ((tom, ForbiddenError), (sam, NotFoundError)):
        with pytest.raises(error):
            services.enable(user=somebody, connection_id=connection.pk)
        with pytest.raises(error):
            services.pause(user=somebody, connection_id=connection.pk)
        with pytest.raises(error):
            services.disconnect(user=somebody, connection_id=connection.pk)
        with pytest.raises(error):
            services.publish_rules(user=somebody, connection_id=connection.pk, document={})
        with pytest.raises(error):
            services.connect_system(user=somebody, project_id=shop.pk, system=FORM)
        with pytest.raises(NotFoundError):
            services.verify_system(user=somebody, system_id=system.pk)
        with pytest.raises(NotFoundError):
            services.scopes_of(user=somebody, system_id=system.pk)
