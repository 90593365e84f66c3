import threading

import pytest
from django.db import connection
from django.utils import timezone

from testmgmt.core import events
from testmgmt.core.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    NotFoundError,
    StaleRevisionError,
)
from testmgmt.core.models import AuditEntry
from testmgmt.defects import services
from testmgmt.defects.domain import DefectChange, NewDefect
from testmgmt.defects.models import Defect
from tests.factories.defects import DefectFactory
from tests.factories.projects import ProjectFactory
from tests.factories.runs import ExecutionFactory, new_tester, record


@pytest.fixture
def heard(monkeypatch):
    """The events of defects, as they are published."""
    found = []
    for name in ("created", "updated", "deleted"):
        monkeypatch.setitem(events._within, f"defect.{name}", [found.append])
    return found


def create(user, project, title="500 on login", *, source="", marker=None, **said):
    return services.create_defect(
        user=user,
        project_id=project.pk,
        defect=NewDefect(title=title, **said),
        source=source,
        marker=marker,
    )


def update(user, defect, revision=None, source="", **said):
    return services.update_defect(
        user=user,
        defect_id=defect.pk,
        change=DefectChange(**said),
        revision=revision,
        source=source,
    )


def test_needs_only_a_title(shop, tom):
    defect = create(tom, shop)

    assert (defect.status.slug, defect.severity.slug, defect.priority.slug) == (
        "open",
        "normal",
        "medium",
    )
    assert defect.reporter == tom


def test_takes_everything_that_a_tracker_may_say(shop, tom, ada):
    defect = create(
        tom,
        shop,
        description="**Bold**",
        status="In Progress",
        severity="Blocker",
        priority="high",
        assignee="ada",
        reporter_name="Ken Ito",
        labels=["Login", "login", "ui"],
        environment="Chrome",
        build="2.4",
    )

    assert (defect.status.slug, defect.assignee, defect.reporter, defect.reporter_name) == (
        "in-progress",
        ada,
        None,
        "Ken Ito",
    )
    assert sorted(tag.name.lower() for tag in defect.labels.all()) == ["login", "ui"]


def test_reports_nobody_where_a_tracker_names_nobody(shop, tom):
    assert create(tom, shop, source="Jira").reporter is None


def test_is_made_once_per_marker(shop, tom, heard):
    first = create(tom, shop, marker="m1", labels=["ui"])
    again = create(tom, shop, "Other words", marker="m1")

    assert (again, again.title) == (first, "500 on login")
    assert [event.name for event in heard] == ["defect.created"]


def test_is_made_once_by_two_workers_at_once(threads_database):
    project = ProjectFactory()
    user = new_tester(project)
    start = threading.Barrier(2)

    def making():
        start.wait()
        try:
            create(user, project, marker="m1")
        finally:
            connection.close()

    workers = [threading.Thread(target=making) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Defect.objects.filter(marker="m1").count() == 1


def test_refuses_a_marker_of_another_project(shop, tom):
    DefectFactory(marker="m1")

    with pytest.raises(ConflictError, match="marker"):
        create(tom, shop, marker="m1")


def test_is_linked_to_the_results_that_show_it(shop, tom):
    result = record(ExecutionFactory(run__project=shop), "failed")

    assert create(tom, shop, result_ids=[result.pk]).results.get() == result


def test_refuses_results_of_other_projects(shop, tom):
    foreign = record(ExecutionFactory(), "failed")

    with pytest.raises(DomainError, match="no result"):
        create(tom, shop, result_ids=[foreign.pk])

    assert not Defect.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"status": "splendid"}, "status"),
        ({"assignee": "sam"}, "assignee"),
        ({"labels": ["x" * 101]}, "labels"),
        ({"title": " "}, "title"),
    ],
    ids=["status", "stranger", "label", "title"],
)
def test_refuses_what_the_project_does_not_offer(shop, tom, sam, said, field):
    with pytest.raises(DomainError) as refusal:
        create(tom, shop, **{"title": "x", **said})

    assert refusal.value.field == field


def test_viewers_create_nothing(shop, vera):
    with pytest.raises(ForbiddenError):
        create(vera, shop)


def test_changes_only_what_is_named(shop, tom, heard):
    defect = DefectFactory(project=shop, build="2.4")

    update(tom, defect, title="New", labels=["ui"])

    defect.refresh_from_db()
    assert (defect.title, defect.build, defect.revision) == ("New", "2.4", 2)
    assert heard[-1].data == {"fields": ["labels", "title"]}
    assert AuditEntry.objects.get(action="updated").changes["labels"] == [[], ["ui"]]


def test_says_who_wrote_it(shop, tom, heard):
    update(tom, DefectFactory(project=shop), title="New", source="Shop Jira")

    assert heard[-1].source == "Shop Jira"


def test_changing_nothing_leaves_no_trace(shop, tom, heard):
    defect = DefectFactory(project=shop, title="Same")

    update(tom, defect, title="Same", labels=[])

    defect.refresh_from_db()
    assert (defect.revision, heard) == (1, [])


def test_refuses_a_stale_revision(shop, tom):
    defect = DefectFactory(project=shop, revision=2)

    with pytest.raises(StaleRevisionError):
        update(tom, defect, revision=1, title="New")


def test_is_closed_while_it_is_done(shop, tom):
    defect = DefectFactory(project=shop)

    closed_at = update(tom, defect, status="fixed").closed_at
    assert closed_at is not None
    assert update(tom, defect, status="closed").closed_at == closed_at
    assert update(tom, defect, status="open").closed_at is None


def test_a_member_takes_the_place_of_an_outsider(shop, tom):
    defect = DefectFactory(project=shop, assignee_name="Ken Ito")

    changed = update(tom, defect, assignee="tom")

    assert (changed.assignee, changed.assignee_name) == (tom, "")


def test_an_empty_choice_means_the_default(shop, tom):
    defect = DefectFactory(project=shop, done=True)

    assert update(tom, defect, status="").status.slug == "open"


def test_links_and_unlinks_results(shop, tom):
    defect = DefectFactory(project=shop)
    result = record(ExecutionFactory(run__project=shop), "failed")

    services.link_results(user=tom, defect_id=defect.pk, result_ids=[result.pk])
    assert defect.results.count() == 1

    services.unlink_results(user=tom, defect_id=defect.pk, result_ids=[result.pk])
    defect.refresh_from_db()
    assert (defect.results.count(), defect.revision) == (0, 3)


def test_only_leads_delete(shop, tom, ada, heard):
    defect = DefectFactory(project=shop)
    now = timezone.now()

    with pytest.raises(ForbiddenError):
        services.delete_defect(user=tom, defect_id=defect.pk, now=now)

    services.delete_defect(user=ada, defect_id=defect.pk, now=now)
    assert [event.name for event in heard] == ["defect.deleted"]
    with pytest.raises(NotFoundError):
        update(ada, defect, title="x")


def test_strangers_learn_nothing(sam):
    with pytest.raises(NotFoundError, match="no such defect"):
        update(sam, DefectFactory(project=ProjectFactory()), title="x")
