import pytest

from testmgmt.cases import services
from testmgmt.cases.domain import NewSection
from testmgmt.cases.models import Case, Section
from tests.factories.cases import CaseFactory, SectionFactory


def test_makes_moves_and_deletes_sections(api_of, shop, ada):
    client = api_of(ada)
    outer = client.post("/api/sections", {"name": "Outer", "project": "SHOP"}).json()
    inner = client.post("/api/sections", {"name": "Inner", "project": shop.pk}).json()

    moved = client.patch(f"/api/sections/{inner['id']}", {"parent": outer["id"]}).json()
    case = CaseFactory(project=shop, section_id=inner["id"])
    preview = client.delete(f"/api/sections/{outer['id']}?dry_run=1")
    gone = client.delete(f"/api/sections/{outer['id']}?cases=trash")

    assert (moved["parent"], moved["project"]) == (outer["id"], "SHOP")
    assert preview.json() == {"sections": 2, "cases": 1}
    assert gone.status_code == 204
    assert not Section.objects.exists()
    assert Case.objects.get(pk=case.pk).deleted_at


def test_refuses_a_circle_of_sections(api_of, shop, tom):
    outer = SectionFactory(project=shop)
    inner = SectionFactory(project=shop, parent=outer)

    answer = api_of(tom).patch(f"/api/sections/{outer.pk}", {"parent": inner.pk})

    assert answer.status_code == 409
    assert answer.json()["code"] == "section_cycle"


@pytest.mark.parametrize(
    ("who", "method", "status"),
    [
        ("vera", "get", 200),
        ("vera", "patch", 403),
        ("tom", "patch", 200),
        ("tom", "delete", 403),
        ("ada", "delete", 204),
        ("sam", "get", 404),
        ("sam", "patch", 404),
        ("sam", "delete", 404),
    ],
)
def test_guards_sections_by_role(api_of, shop, who, method, status, request):
    section = SectionFactory(project=shop)
    client = api_of(request.getfixturevalue(who))

    answer = getattr(client, method)(f"/api/sections/{section.pk}", {"name": "x"})

    assert answer.status_code == status


def test_lists_sections_in_few_statements(api_of, shop, tom, django_assert_max_num_queries):
    new = [NewSection(name=f"Section {number}") for number in range(60)]
    services.import_sections(user=tom, project_id=shop.pk, sections=new)
    client = api_of(tom)

    with django_assert_max_num_queries(6):
        body = client.get("/api/sections?project=SHOP&parent=none&ordering=position").json()

    assert body["count"] == 60
    assert body["results"][0]["name"] == "Section 0"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a", "parent": 99_999}, "parent"),
        ({"name": "a", "position": -1}, "position"),
        ({"name": "a", "colour": "red"}, "colour"),
    ],
)
def test_says_which_field_is_wrong(api_of, shop, tom, body, field):
    answer = api_of(tom).post("/api/sections", {"project": "SHOP", **body})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_keeps_cases_unless_told_otherwise(api_of, shop, ada):
    section = SectionFactory(project=shop)
    case = CaseFactory(project=shop, section=section)

    api_of(ada).delete(f"/api/sections/{section.pk}")

    assert Case.objects.filter(pk=case.pk, section=None, deleted_at=None).exists()


def test_asks_what_becomes_of_the_cases(api_of, shop, ada):
    section = SectionFactory(project=shop)

    answer = api_of(ada).delete(f"/api/sections/{section.pk}?cases=burn")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cases"])
    assert Section.objects.filter(pk=section.pk).exists()
