import pytest

from testmgmt.cases import services
from testmgmt.cases.domain import CaseChange, NewCase, Step
from testmgmt.cases.models import Case
from testmgmt.core.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    NotFoundError,
    StaleRevisionError,
)
from testmgmt.core.models import AuditEntry
from testmgmt.projects.models import CustomField, Membership, Tag
from tests.factories.cases import CaseFactory, SectionFactory


def _create(user, project, **values):
    return services.create_case(user=user, project_id=project.pk, case=NewCase(**values))


def _update(user, case, **values):
    return services.update_case(user=user, case_id=case.pk, change=CaseChange(**values))


def test_needs_no_more_than_a_title(shop, tom):
    case = _create(tom, shop, title="  Login \n works ")

    assert (case.title, case.state.slug, case.priority.slug) == ("Login works", "ready", "medium")
    assert (case.current.number, case.created_by, case.revision) == (1, tom, 1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": "a", "description": "a\0"}, "description"),
        ({"title": "a", "state": "gone"}, "state"),
        ({"title": "a", "assignee": "sam"}, "assignee"),
        ({"title": "a", "tags": ["x" * 101]}, "tags"),
        ({"title": "a", "estimate_seconds": 2**40}, "estimate_seconds"),
    ],
)
def test_names_the_field_that_it_refuses(shop, tom, sam, values, field):
    with pytest.raises(DomainError) as refused:
        _create(tom, shop, **values)

    assert refused.value.field == field


@pytest.mark.parametrize(("who", "error"), [("vera", ForbiddenError), ("sam", NotFoundError)])
def test_lets_only_writers_create_and_change(shop, who, error, request):
    user, case = request.getfixturevalue(who), CaseFactory(project=shop)

    with pytest.raises(error):
        _create(user, shop, title="a")
    with pytest.raises(error):
        _update(user, case, title="a")


def test_finds_tags_whatever_their_capitals(shop, tom):
    Tag.objects.create(project=shop, name="Smoke")

    case = _create(tom, shop, title="a", tags=["smoke", "SMOKE", " new "])

    assert sorted(tag.name for tag in case.tags.all()) == ["Smoke", "new"]


def test_makes_a_version_of_each_change_of_content(shop, tom):
    case = _create(tom, shop, title="a", steps=[Step("Open")])

    case = _update(tom, case, steps=[Step("Open", id=case.current.steps[0]["id"]), Step("Close")])

    first, second = case.versions.order_by("number")
    assert second.steps[0]["id"] == first.steps[0]["id"]
    assert (len(first.steps), len(second.steps), case.revision) == (1, 2, 2)


@pytest.mark.parametrize(
    "values",
    [
        {"priority": "high"},
        {"tags": ["smoke"]},
        {"references": "REQ-1"},
        {"estimate_seconds": 60},
        {"template": "text"},
        {"custom": {"risk": "Low"}},
    ],
)
def test_keeps_properties_in_versions(shop, tom, values):
    CustomField.objects.create(project=shop, entity="case", slug="risk", name="Risk", kind="text")
    case = _create(tom, shop, title="a")

    case = _update(tom, case, **values)

    kept = case.current.properties | {"custom": case.current.custom}
    assert case.current.number == 2
    assert {name: kept[name] for name in values} == values


def test_makes_no_version_of_a_move_or_of_another_assignee(shop, tom):
    section = SectionFactory(project=shop)
    case = _create(tom, shop, title="a")

    case = _update(tom, case, section_id=section.pk, assignee="tom", owner="tom")

    assert (case.current.number, case.revision, case.section, case.assignee) == (1, 2, section, tom)


def test_does_nothing_where_nothing_differs(shop, tom):
    case = _create(tom, shop, title="a", tags=["smoke"], steps=[Step("Open")])

    case = _update(tom, case, title="a", tags=["SMOKE"], steps=[Step("Open")])

    assert (case.revision, case.versions.count()) == (1, 1)
    assert not AuditEntry.objects.filter(action="update").exists()


def test_refuses_a_revision_that_is_past(shop, tom):
    case = _create(tom, shop, title="a")
    _update(tom, case, title="b")

    with pytest.raises(StaleRevisionError, match="at revision 2"):
        services.update_case(user=tom, case_id=case.pk, change=CaseChange(title="c"), revision=1)

    assert Case.objects.get(pk=case.pk).title == "b"


def test_writes_down_who_changed_what(shop, tom):
    case = _create(tom, shop, title="a", tags=["x"])

    _update(tom, case, title="b", tags=[])

    entry = AuditEntry.objects.get(action="update")
    assert (entry.user, entry.changes) == (tom, {"title": ["a", "b"], "tags": [["x"], []]})


def test_tells_what_changed_and_who_wrote_it(shop, tom, told):
    case = _create(tom, shop, title="a")

    services.update_case(user=tom, case_id=case.pk, change=CaseChange(title="b"), source="jira:1")

    assert [(e.name, e.source, e.data["fields"]) for e in told if e.object_id == case.pk] == [
        ("case.created", "", []),
        ("case.updated", "jira:1", ["title"]),
    ]


def test_is_assigned_to_one_of_ours_or_to_a_name(shop, tom):
    case = _create(tom, shop, title="a", assignee="tom")

    case = _update(tom, case, assignee_name="Jane Roe")
    assert (case.assignee, case.assignee_name) == (None, "Jane Roe")

    case = _update(tom, case, assignee="tom")
    assert (case.assignee, case.assignee_name) == (tom, "")


def test_keeps_an_owner_who_left(shop, tom, ada):
    case = _create(ada, shop, title="a", owner="tom")
    Membership.objects.filter(user=tom).delete()

    case = _update(ada, case, title="b", owner="tom")

    assert (case.title, case.owner) == ("b", tom)


def test_asks_for_required_values_only_on_leaving_the_draft(shop, tom):
    CustomField.objects.create(
        project=shop, entity="case", slug="risk", name="Risk", kind="text", is_required=True
    )
    case = _create(tom, shop, title="a", state="draft")

    with pytest.raises(DomainError, match="Risk is needed"):
        _update(tom, case, state="ready")

    case = _update(tom, case, state="ready", custom={"risk": "low"})
    assert case.state.slug == "ready"


def test_brings_an_old_version_back_as_a_new_one(shop, tom):
    case = _create(tom, shop, title="a", steps=[Step("Open"), Step("Close")], tags=["x"])
    old = case.current
    _update(tom, case, title="b", steps=[], tags=[], priority="high")

    case = services.restore_version(user=tom, case_id=case.pk, number=1)

    assert (case.title, case.current.number, case.current.note) == ("a", 3, "Restored version 1")
    assert case.current.steps == old.steps
    assert [tag.name for tag in case.tags.all()] == ["x"]
    assert case.priority.slug == "medium"


def test_brings_a_version_back_without_fields_that_are_gone(shop, tom):
    field = CustomField.objects.create(
        project=shop, entity="case", slug="risk", name="Risk", kind="text"
    )
    case = _create(tom, shop, title="a", custom={"risk": "low"})
    _update(tom, case, title="b")
    field.delete()

    case = services.restore_version(user=tom, case_id=case.pk, number=1)

    assert case.title == "a"


def test_refuses_a_version_that_never_was(shop, tom):
    case = _create(tom, shop, title="a")

    with pytest.raises(NotFoundError, match="no version 7"):
        services.restore_version(user=tom, case_id=case.pk, number=7)


def test_deletes_only_at_the_revision_looked_at(shop, ada):
    case = CaseFactory(project=shop, revision=4)

    with pytest.raises(StaleRevisionError):
        services.delete_case(user=ada, case_id=case.pk, revision=3)

    services.delete_case(user=ada, case_id=case.pk, revision=4)
    case.refresh_from_db()
    assert case.deleted_at
    assert case.revision == 5


def test_lets_only_leads_delete(shop, tom):
    case = CaseFactory(project=shop)

    with pytest.raises(ForbiddenError, match="role lead"):
        services.delete_case(user=tom, case_id=case.pk)


def test_makes_a_case_once_for_each_marker(shop, tom):
    new = NewCase(title="Sign in", marker="m1")

    first = services.create_case(user=tom, project_id=shop.pk, case=new)
    second = services.create_case(user=tom, project_id=shop.pk, case=new)

    assert first.pk == second.pk


def test_takes_no_marker_that_another_project_holds(shop, tom):
    CaseFactory(marker="m1")

    with pytest.raises(ConflictError):
        services.create_case(
            user=tom, project_id=shop.pk, case=NewCase(title="Sign in", marker="m1")
        )
