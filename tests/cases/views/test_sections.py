import pytest
from django.urls import reverse

from testmgmt.cases.models import Case, Section
from tests.factories.cases import CaseFactory, SectionFactory


@pytest.fixture
def section(shop):
    return SectionFactory(project=shop, name="Login")


def test_makes_a_section_inside_another(page_of, shop, section, tom):
    url = reverse("cases:section_create", args=[shop.key])

    answer = page_of(tom).post(url, {"name": "Two-factor", "parent": section.pk})

    made = Section.objects.get(name="Two-factor")
    assert made.parent == section
    assert answer["Location"].endswith(f"?section={made.pk}")


def test_changes_a_section(page_of, section, tom):
    url = reverse("cases:section_edit", args=[section.pk])

    page_of(tom).post(url, {"name": "Sign-in", "description": "All of it", "parent": ""})

    section.refresh_from_db()
    assert (section.name, section.description) == ("Sign-in", "All of it")


@pytest.mark.parametrize("body", [{"name": ""}, {"name": "a", "parent": "99999"}])
def test_shows_what_is_wrong(page_of, shop, tom, body):
    answer = page_of(tom).post(reverse("cases:section_create", args=[shop.key]), body)

    assert answer.status_code == 422
    assert not Section.objects.exists()


def test_says_what_a_deletion_takes_along(page_of, section, ada):
    CaseFactory(project=section.project, section=section)

    body = page_of(ada).get(reverse("cases:section_delete", args=[section.pk])).content.decode()

    assert "1 section and 1 case are in it" in " ".join(body.split())


@pytest.mark.parametrize(("fate", "is_kept"), [("keep", True), ("trash", False)])
def test_deletes_a_section_with_or_without_its_cases(page_of, section, ada, fate, is_kept):
    case = CaseFactory(project=section.project, section=section)

    page_of(ada).post(reverse("cases:section_delete", args=[section.pk]), {"cases": fate})

    assert not Section.objects.exists()
    assert Case.objects.filter(pk=case.pk, deleted_at=None).exists() == is_kept


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [
        ("vera", "section_edit", 403),
        ("tom", "section_delete", 403),
        ("sam", "section_edit", 404),
        ("sam", "section_delete", 404),
    ],
)
def test_guards_sections_by_role(page_of, section, who, name, status, request):
    client = page_of(request.getfixturevalue(who))

    url = reverse(f"cases:{name}", args=[section.pk])
    assert client.get(url).status_code == status
    assert client.post(url, {"name": "x"}).status_code == status
