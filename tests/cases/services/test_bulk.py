import pytest

from testmgmt.cases import services
from testmgmt.cases.models import Case
from testmgmt.core.errors import DomainError, ForbiddenError, NotFoundError
from testmgmt.core.permissions import Role
from tests.factories.cases import CaseFactory, SectionFactory
from tests.factories.projects import MembershipFactory, ProjectFactory


@pytest.fixture
def shelf(shop):
    section = SectionFactory(project=shop)
    there = [CaseFactory(project=shop, section=section, position=0) for _ in range(3)]
    return section, there, [CaseFactory(project=shop) for _ in range(2)]


def _order(section):
    return list(section.cases.order_by("position", "id").values_list("pk", flat=True))


def test_moves_cases_behind_those_there(shelf, tom):
    section, there, loose = shelf
    ids = [case.pk for case in reversed(loose)]

    services.move_cases(user=tom, case_ids=ids, section_id=section.pk)

    assert _order(section) == [*(case.pk for case in there), *ids]


def test_moves_cases_in_front_of_another(shelf, tom):
    section, (first, second, third), loose = shelf
    ids = [case.pk for case in loose]

    services.move_cases(user=tom, case_ids=ids, section_id=section.pk, before_id=second.pk)

    assert _order(section) == [first.pk, *ids, second.pk, third.pk]


def test_takes_cases_out_of_their_section(shelf, tom):
    _, there, _ = shelf

    services.move_cases(user=tom, case_ids=[there[0].pk], section_id=None)

    there[0].refresh_from_db()
    assert (there[0].section, there[0].revision, there[0].versions.count()) == (None, 2, 1)


def test_moves_as_many_as_you_like_in_as_few_statements(shop, tom, django_assert_max_num_queries):
    section = SectionFactory(project=shop)
    ids = [CaseFactory(project=shop).pk for _ in range(12)]

    # Each case has a line in the audit, and its item is marked where a tracker is connected.
    with django_assert_max_num_queries(20 + 2 * len(ids)):
        services.move_cases(user=tom, case_ids=ids, section_id=section.pk)


def test_adds_tags_to_those_that_are_there(shop, tom):
    cases = [CaseFactory(project=shop), CaseFactory(project=shop)]
    services.tag_cases(user=tom, case_ids=[cases[0].pk], tags=["old"])

    services.tag_cases(user=tom, case_ids=[case.pk for case in cases], tags=["new"])

    assert [sorted(tag.name for tag in case.tags.all()) for case in cases] == [
        ["new", "old"],
        ["new"],
    ]


def test_deletes_and_restores(shop, ada, told):
    ids = [CaseFactory(project=shop).pk for _ in range(2)]

    assert services.delete_cases(user=ada, case_ids=ids) == 2
    assert not Case.objects.filter(deleted_at=None).exists()
    assert services.restore_cases(user=ada, case_ids=ids) == 2

    assert Case.objects.filter(deleted_at=None).count() == 2
    assert [event.name for event in told] == ["case.deleted"] * 2 + ["case.updated"] * 2


@pytest.mark.parametrize(("who", "error"), [("vera", ForbiddenError), ("sam", NotFoundError)])
def test_lets_only_writers_move_and_tag(shelf, who, error, request):
    user, ids = request.getfixturevalue(who), [shelf[2][0].pk]

    with pytest.raises(error):
        services.move_cases(user=user, case_ids=ids, section_id=None)
    with pytest.raises(error):
        services.tag_cases(user=user, case_ids=ids, tags=["x"])


@pytest.mark.parametrize("service", [services.delete_cases, services.restore_cases])
def test_lets_only_leads_empty_shelves(shop, tom, service):
    is_gone = service is services.restore_cases
    case = CaseFactory(project=shop, deleted_at="2026-01-01T00:00Z" if is_gone else None)

    with pytest.raises(ForbiddenError):
        service(user=tom, case_ids=[case.pk])


def test_refuses_cases_of_several_projects(shop, tom):
    other = ProjectFactory()
    MembershipFactory(project=other, user=tom, role=Role.TESTER)
    ids = [CaseFactory(project=shop).pk, CaseFactory(project=other).pk]

    with pytest.raises(DomainError, match="several projects"):
        services.tag_cases(user=tom, case_ids=ids, tags=["x"])


def test_refuses_all_where_one_is_not_there(shop, tom):
    case = CaseFactory(project=shop)

    with pytest.raises(NotFoundError):
        services.tag_cases(user=tom, case_ids=[case.pk, CaseFactory().pk], tags=["x"])

    assert not case.tags.exists()
