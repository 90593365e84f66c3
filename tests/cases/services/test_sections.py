import pytest

from testmgmt.cases import queries, services
from testmgmt.cases.domain import NewSection, SectionChange
from testmgmt.cases.models import Case, Section
from testmgmt.core.errors import ConflictError, DomainError, ForbiddenError, NotFoundError
from tests.factories.cases import CaseFactory, SectionFactory


@pytest.fixture
def nested(shop):
    outer = SectionFactory(project=shop, name="Outer")
    inner = SectionFactory(project=shop, name="Inner", parent=outer)
    cases = [CaseFactory(project=shop, section=section) for section in (outer, inner)]
    return outer, inner, cases


def _make(user, project, **values):
    return services.create_section(user=user, project_id=project.pk, section=NewSection(**values))


def test_puts_a_section_behind_its_siblings(shop, tom):
    first, second = _make(tom, shop, name="A"), _make(tom, shop, name=" B\n2 ")

    assert second.position > first.position
    assert second.name == "B 2"


@pytest.mark.parametrize("name", ["", "  ", "a\0", "x" * 256])
def test_refuses_a_section_without_a_sound_name(shop, tom, name):
    with pytest.raises(DomainError) as refused:
        _make(tom, shop, name=name)

    assert refused.value.field == "name"


def test_refuses_a_parent_of_elsewhere(shop, tom):
    with pytest.raises(DomainError, match="no such section"):
        _make(tom, shop, name="A", parent_id=SectionFactory().pk)


@pytest.mark.parametrize(("who", "error"), [("vera", ForbiddenError), ("sam", NotFoundError)])
def test_lets_only_writers_make_and_change(shop, nested, who, error, request):
    user = request.getfixturevalue(who)

    with pytest.raises(error):
        _make(user, shop, name="A")
    with pytest.raises(error):
        services.update_section(user=user, section_id=nested[0].pk, change=SectionChange(name="B"))


def test_refuses_to_move_a_section_below_itself(nested, tom):
    outer, inner, _ = nested

    with pytest.raises(ConflictError):
        services.update_section(
            user=tom, section_id=outer.pk, change=SectionChange(parent_id=inner.pk)
        )


def test_moves_a_section_in_front_of_a_sibling(shop, nested, tom):
    outer, inner, _ = nested
    services.create_section(user=tom, project_id=shop.pk, section=NewSection(name="Last"))

    services.move_section(user=tom, section_id=inner.pk, parent_id=None, before_id=outer.pk)

    roots = Section.objects.filter(project=shop, parent=None)
    assert [section.name for section in roots] == ["Inner", "Outer", "Last"]


def test_keeps_the_cases_of_a_dissolved_section(nested, ada):
    outer, _, cases = nested

    assert services.dissolve_section(user=ada, section_id=outer.pk) == 2

    assert not Section.objects.exists()
    assert list(Case.objects.filter(section=None, deleted_at=None).order_by("pk")) == cases


def test_puts_the_cases_of_a_deleted_section_into_the_trash(nested, ada, told):
    outer, _, cases = nested

    assert services.delete_section(user=ada, section_id=outer.pk) == 2

    assert not Case.objects.filter(deleted_at=None).exists()
    assert [event.object_id for event in told] == [case.pk for case in cases]


@pytest.mark.parametrize("service", [services.delete_section, services.dissolve_section])
def test_lets_only_leads_delete(nested, tom, sam, service):
    with pytest.raises(ForbiddenError):
        service(user=tom, section_id=nested[0].pk)
    with pytest.raises(NotFoundError):
        service(user=sam, section_id=nested[0].pk)


def test_says_before_what_a_deletion_takes_along(nested, ada, tom):
    removal = queries.removal_of(ada, nested[0].pk)

    assert (removal.sections, removal.cases) == (2, 2)
    with pytest.raises(ForbiddenError):
        queries.removal_of(tom, nested[0].pk)
