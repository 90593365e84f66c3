import pytest

from testmgmt.cases import services
from testmgmt.cases.domain import CaseChange, NewCase, NewSection, SectionChange, Step
from testmgmt.cases.models import Case, CaseVersion, Section
from testmgmt.core.errors import ConflictError, DomainError, ForbiddenError, NotFoundError
from testmgmt.core.models import AuditEntry
from tests.factories.cases import CaseFactory, SectionFactory


def _cases(count):
    return [
        NewCase(
            title=f"Case {number}",
            steps=[Step("Open the page", expected="It is shown")],
            tags=("smoke", f"area {number % 7}"),
        )
        for number in range(count)
    ]


def test_makes_cases_with_their_first_version_and_tags(shop, tom):
    ids = services.import_cases(user=tom, project_id=shop.pk, cases=_cases(20))

    case = Case.objects.get(pk=ids[7])
    assert case.title == "Case 7"
    assert (case.current.number, case.current.case_id) == (1, case.pk)
    assert [step["action"] for step in case.current.steps] == ["Open the page"]
    assert sorted(tag.name for tag in case.tags.all()) == ["area 0", "smoke"]


def test_needs_as_many_statements_for_a_hundred_as_for_ten(
    shop, tom, django_assert_max_num_queries
):
    # SQLite takes 999 values at once, so rows go in a few pieces; nothing goes case by case.
    with django_assert_max_num_queries(30) as few:
        services.import_cases(user=tom, project_id=shop.pk, cases=_cases(10))
    with django_assert_max_num_queries(len(few) + 8):
        services.import_cases(user=tom, project_id=shop.pk, cases=_cases(100))


def test_tells_of_a_batch_once(shop, tom, told):
    ids = services.import_cases(user=tom, project_id=shop.pk, cases=_cases(3))

    assert [(event.name, event.data) for event in told] == [("cases.created", {"ids": ids})]
    entry = AuditEntry.objects.get(action="import")
    assert entry.changes == {"cases.created": [0, 3]}


def test_puts_cases_behind_those_already_there(shop, tom):
    section = SectionFactory(project=shop)
    first = CaseFactory(project=shop, section=section, position=4)
    new = [NewCase(title="a", section_id=section.pk), NewCase(title="b", section_id=section.pk)]

    ids = services.import_cases(user=tom, project_id=shop.pk, cases=new)

    assert list(section.cases.values_list("pk", flat=True)) == [first.pk, *ids]


def test_keeps_an_assignee_of_elsewhere_as_a_name(shop, tom):
    new = [NewCase(title="a", assignee="tom"), NewCase(title="b", assignee="Jane Roe")]

    ids = services.import_cases(user=tom, project_id=shop.pk, cases=new)

    known, unknown = (Case.objects.get(pk=pk) for pk in ids)
    assert (known.assignee, known.assignee_name) == (tom, "")
    assert (unknown.assignee, unknown.assignee_name) == (None, "Jane Roe")


def test_writes_nothing_of_a_batch_with_a_bad_case(shop, tom):
    with pytest.raises(DomainError, match="needs a title"):
        services.import_cases(
            user=tom, project_id=shop.pk, cases=[NewCase(title="fine"), NewCase(title=" ")]
        )

    assert not Case.objects.exists()


def test_refuses_sections_of_another_project(shop, tom):
    elsewhere = SectionFactory()

    with pytest.raises(DomainError, match="no such section"):
        services.import_cases(
            user=tom, project_id=shop.pk, cases=[NewCase(title="a", section_id=elsewhere.pk)]
        )


@pytest.mark.parametrize(("who", "error"), [("vera", ForbiddenError), ("sam", NotFoundError)])
def test_lets_only_writers_import(shop, who, error, request):
    user = request.getfixturevalue(who)

    with pytest.raises(error):
        services.import_cases(user=user, project_id=shop.pk, cases=_cases(1))


def test_changes_only_what_differs(shop, tom):
    same, other = CaseFactory(project=shop, title="Same"), CaseFactory(project=shop, title="Old")
    changes = {same.pk: CaseChange(title="Same"), other.pk: CaseChange(title="New")}

    changed = services.import_case_changes(user=tom, project_id=shop.pk, changes=changes)

    assert changed == [other.pk]
    other.refresh_from_db()
    assert (other.title, other.revision, other.current.number) == ("New", 2, 2)
    assert CaseVersion.objects.filter(case=same).count() == 1


def test_changes_a_case_that_bears_a_marker(shop, tom):
    case = CaseFactory(project=shop, marker="sync:1", title="Old")
    created_at = case.created_at

    services.import_case_changes(
        user=tom, project_id=shop.pk, changes={case.pk: CaseChange(title="New")}
    )

    case.refresh_from_db()
    assert (case.title, case.marker, case.created_at) == ("New", "sync:1", created_at)


def test_refuses_to_change_a_case_of_another_project(shop, tom):
    elsewhere = CaseFactory()

    with pytest.raises(NotFoundError):
        services.import_case_changes(
            user=tom, project_id=shop.pk, changes={elsewhere.pk: CaseChange(title="x")}
        )


def test_makes_a_tree_out_of_one_batch(shop, tom):
    root = SectionFactory(project=shop)
    batch = [
        NewSection(name="Shop", parent_id=root.pk),
        NewSection(name="Cart", parent_index=0),
        NewSection(name="Card", parent_index=1),
        NewSection(name="Alone"),
    ]

    ids = services.import_sections(user=tom, project_id=shop.pk, sections=batch)

    parents = dict(Section.objects.values_list("pk", "parent_id"))
    assert [parents[pk] for pk in ids] == [root.pk, ids[0], ids[1], None]


def test_refuses_a_section_that_stands_before_its_parent(shop, tom):
    batch = [NewSection(name="Cart", parent_index=1), NewSection(name="Shop")]

    with pytest.raises(DomainError, match="before its parent"):
        services.import_sections(user=tom, project_id=shop.pk, sections=batch)


def test_changes_and_moves_many_sections(shop, tom):
    above, inner = SectionFactory(project=shop), SectionFactory(project=shop, name="Old")
    changes = {inner.pk: SectionChange(name="New", parent_id=above.pk), above.pk: SectionChange()}

    changed = services.import_section_changes(user=tom, project_id=shop.pk, changes=changes)

    inner.refresh_from_db()
    assert changed == [inner.pk]
    assert (inner.name, inner.parent_id) == ("New", above.pk)


def test_refuses_changes_that_close_a_circle(shop, tom):
    one, two = SectionFactory(project=shop), SectionFactory(project=shop)
    changes = {
        one.pk: SectionChange(parent_id=two.pk),
        two.pk: SectionChange(parent_id=one.pk),
    }

    with pytest.raises(ConflictError, match="below itself"):
        services.import_section_changes(user=tom, project_id=shop.pk, changes=changes)
